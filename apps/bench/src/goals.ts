/** Names a line of the table. */
export type GoalId =
  | 'peek/floor'
  | 'verify/floor'
  | 'fast-jwt/peek'
  | 'fast-jwt/verify'
  | 'aws-jwt-verify/peek'
  | 'aws-jwt-verify/verify'
  | 'jose/peek'
  | 'jose/verify'
  | 'crowd/peek'
  | 'crowd/verify'
  | 'crowd/peek, all in use'
  | 'crowd/verify, all in use'
  | 'route/unprotected'
  | 'route/unprotected p99'
  | 'route/unprotected, filled'
  | 'route/unprotected, filled p99'
  | 'route/@fastify/jwt'
  | 'route/@fastify/bearer-auth'
  | 'route/express-oauth2-jwt-bearer'
  | 'miss/undici'
  | 'miss/google-auth-library'
  | 'memory/token'
  | 'stampede/lookups'
  | 'import/jose';

/** How a figure reads: times as much, bytes, or a plain number. */
export type Unit = '×' | 'bytes' | '';

/** One line of the table: what is measured, against what, and what we want of it. */
export interface Goal {
  readonly what: string;
  readonly against: string;
  readonly unit: Unit;
  /** The figure may be no more than this, or no less, or just this. */
  readonly bound: { readonly atMost: number } | { readonly atLeast: number } | { readonly exactly: number };
}

const peek = '`peek` of a cached token';
const verify = '`verify` of a cached token';
const crowd = '1 000 000 of them and as many revocations';
const few = 'itself with 5 000 and none';
const route = 'Fastify route, cached token';
const miss = 'a miss (20 ms upstream, 256 at once)';

/**
 * What google-bearer is held to. A figure with `atMost` is our cost divided by the other's, one with `atLeast` the other's
 * cost divided by ours, or our requests a second divided by the other's.
 */
export const goals: Readonly<Record<GoalId, Goal>> = {
  'peek/floor': { what: peek, against: 'one SHA-256 and one Map look-up', unit: '×', bound: { atMost: 1.5 } },
  'verify/floor': { what: verify, against: 'one SHA-256 and one Map look-up', unit: '×', bound: { atMost: 2 } },
  'fast-jwt/peek': { what: peek, against: 'fast-jwt, RS256, its cache on', unit: '×', bound: { atLeast: 4 } },
  'fast-jwt/verify': { what: verify, against: 'fast-jwt, RS256, its cache on', unit: '×', bound: { atLeast: 4 } },
  'aws-jwt-verify/peek': { what: peek, against: 'aws-jwt-verify `verifySync`', unit: '×', bound: { atLeast: 50 } },
  'aws-jwt-verify/verify': { what: verify, against: 'aws-jwt-verify `verifySync`', unit: '×', bound: { atLeast: 50 } },
  'jose/peek': { what: peek, against: 'jose `jwtVerify`', unit: '×', bound: { atLeast: 100 } },
  'jose/verify': { what: verify, against: 'jose `jwtVerify`', unit: '×', bound: { atLeast: 100 } },
  'crowd/peek': { what: `${peek}, ${crowd}, 5 000 in use`, against: few, unit: '×', bound: { atMost: 1.6 } },
  'crowd/verify': { what: `${verify}, ${crowd}, 5 000 in use`, against: few, unit: '×', bound: { atMost: 1.6 } },
  'crowd/peek, all in use': { what: `${peek}, ${crowd}, all in use`, against: few, unit: '×', bound: { atMost: 1.6 } },
  'crowd/verify, all in use': {
    what: `${verify}, ${crowd}, all in use`,
    against: few,
    unit: '×',
    bound: { atMost: 1.6 },
  },
  'route/unprotected': {
    what: `${route}: requests/s`,
    against: 'the same route unprotected',
    unit: '×',
    bound: { atLeast: 0.9 },
  },
  'route/unprotected p99': {
    what: `${route}: 99th percentile`,
    against: 'the same route unprotected',
    unit: '×',
    bound: { atMost: 1.25 },
  },
  'route/unprotected, filled': {
    what: `${route}: requests/s`,
    against: 'the same, with as much in memory',
    unit: '×',
    bound: { atLeast: 0.9 },
  },
  'route/unprotected, filled p99': {
    what: `${route}: 99th percentile`,
    against: 'the same, with as much in memory',
    unit: '×',
    bound: { atMost: 1.25 },
  },
  'route/@fastify/jwt': {
    what: `${route}: requests/s`,
    against: '@fastify/jwt, its cache on',
    unit: '×',
    bound: { atLeast: 2 },
  },
  'route/@fastify/bearer-auth': {
    what: `${route}: requests/s`,
    against: '@fastify/bearer-auth, static keys',
    unit: '×',
    bound: { atLeast: 0.95 },
  },
  'route/express-oauth2-jwt-bearer': {
    what: `${route}: requests/s`,
    against: 'express-oauth2-jwt-bearer',
    unit: '×',
    bound: { atLeast: 5 },
  },
  'miss/undici': { what: `${miss}: time`, against: 'a bare undici request', unit: '×', bound: { atMost: 1.1 } },
  'miss/google-auth-library': {
    what: `${miss}: tokens/s`,
    against: 'google-auth-library `getTokenInfo`',
    unit: '×',
    bound: { atLeast: 2 },
  },
  'memory/token': {
    what: 'memory for a cached token, of 1 000 000',
    against: '–',
    unit: 'bytes',
    bound: { atMost: 350 },
  },
  'stampede/lookups': {
    what: 'lookups for 10 000 first requests at once, one token',
    against: '–',
    unit: '',
    bound: { exactly: 1 },
  },
  'import/jose': {
    what: '`import` of google-bearer, cold',
    against: "`import 'jose'`",
    unit: '×',
    bound: { atMost: 2 },
  },
};

/** Whether a figure is what its goal asks for. */
export function isMet({ bound }: Goal, value: number): boolean {
  if ('atMost' in bound) return value <= bound.atMost;
  return 'atLeast' in bound ? value >= bound.atLeast : value === bound.exactly;
}
