/** Names a line of the table. */
export type GoalId =
  | 'peek/floor'
  | 'verify/floor'
  | 'fast-jwt/peek'
  | 'fast-jwt/verify'
  | 'fast-jwt, raw keys/peek'
  | 'fast-jwt, raw keys/verify'
  | 'aws-jwt-verify/peek'
  | 'aws-jwt-verify/verify'
  | 'jose/peek'
  | 'jose/verify'
  | 'jose, at once/peek'
  | 'jose, at once/verify'
  | 'peek/floor, 100 000'
  | 'verify/floor, 100 000'
  | 'peek/floor, 1 000 000'
  | 'verify/floor, 1 000 000'
  | 'peek/none signed out'
  | 'verify/none signed out'
  | 'peek/none signed out, 1 000 000'
  | 'verify/none signed out, 1 000 000'
  | 'route/unprotected'
  | 'route/unprotected p99'
  | 'route/unprotected, SQLite'
  | 'route/@fastify/jwt'
  | 'route/@fastify/bearer-auth'
  | 'route/express-oauth2-jwt-bearer'
  | 'miss/undici'
  | 'miss/google-auth-library'
  | 'memory/token'
  | 'stampede/lookups'
  | 'import/jose'
  | 'flood/known p99'
  | 'flood/new p99'
  | 'flood/known p99, quiet'
  | 'flood/new p99, quiet'
  | 'flood/public p99, quiet'
  | 'flood/lookups'
  | 'flood/refused'
  | 'flood/memory'
  | 'flood/redis keys'
  | 'flood/redis bytes';

/** How a figure reads: times as much, bytes, or a plain number. */
export type Unit = '×' | 'bytes' | '';

/** One line of the table: what is measured, against what, and what we want of it, if anything. */
export interface Goal {
  readonly what: string;
  readonly against: string;
  readonly unit: Unit;
  /** The figure may be no more than this, or no less, or just this. Absent: nothing is asked, it is only told. */
  readonly bound?: { readonly atMost: number } | { readonly atLeast: number } | { readonly exactly: number };
}

const peek = '`peek` of a cached token';
const verify = '`verify` of a cached token';
const signedOut = '1 000 000 users signed out';
const floor = 'one SHA-256 and one Map look-up';
const rawKeys = 'fast-jwt, RS256, raw tokens as its keys';
const joseAtOnce = 'jose `jwtVerify`, 50 at once on all cores';
const nobody = 'itself with nobody signed out';
const route = 'Fastify route, cached token';
const miss = 'a miss (20 ms upstream, 256 at once)';
const slowed = '99th percentile while another client sends 100 000 unknown tokens, by that in quiet';
const control = 'the same of a public route, in the same seconds';

/**
 * What google-bearer is held to. A figure with `atMost` is our cost divided by the other's; one with `atLeast`, or without a
 * bound, is the other's cost divided by ours, or our requests a second divided by the other's.
 */
export const goals: Readonly<Record<GoalId, Goal>> = {
  'peek/floor': { what: `${peek}, of 5 000`, against: floor, unit: '×', bound: { atMost: 1.5 } },
  'verify/floor': { what: `${verify}, of 5 000`, against: floor, unit: '×', bound: { atMost: 2 } },
  'fast-jwt/peek': { what: peek, against: 'fast-jwt, RS256, its cache on', unit: '×', bound: { atLeast: 4 } },
  'fast-jwt/verify': { what: verify, against: 'fast-jwt, RS256, its cache on', unit: '×', bound: { atLeast: 4 } },
  'fast-jwt, raw keys/peek': { what: peek, against: rawKeys, unit: '×' },
  'fast-jwt, raw keys/verify': { what: verify, against: rawKeys, unit: '×' },
  'aws-jwt-verify/peek': { what: peek, against: 'aws-jwt-verify `verifySync`', unit: '×', bound: { atLeast: 50 } },
  'aws-jwt-verify/verify': { what: verify, against: 'aws-jwt-verify `verifySync`', unit: '×', bound: { atLeast: 50 } },
  'jose/peek': { what: peek, against: 'jose `jwtVerify`', unit: '×', bound: { atLeast: 100 } },
  'jose/verify': { what: verify, against: 'jose `jwtVerify`', unit: '×', bound: { atLeast: 100 } },
  'jose, at once/peek': { what: peek, against: joseAtOnce, unit: '×' },
  'jose, at once/verify': { what: verify, against: joseAtOnce, unit: '×' },
  'peek/floor, 100 000': { what: `${peek}, of 100 000`, against: floor, unit: '×', bound: { atMost: 1.7 } },
  'verify/floor, 100 000': { what: `${verify}, of 100 000`, against: floor, unit: '×', bound: { atMost: 2.2 } },
  'peek/floor, 1 000 000': { what: `${peek}, of 1 000 000`, against: floor, unit: '×', bound: { atMost: 1.7 } },
  'verify/floor, 1 000 000': { what: `${verify}, of 1 000 000`, against: floor, unit: '×', bound: { atMost: 2.2 } },
  'peek/none signed out': { what: `${peek}, ${signedOut}`, against: nobody, unit: '×', bound: { atMost: 2 } },
  'verify/none signed out': { what: `${verify}, ${signedOut}`, against: nobody, unit: '×', bound: { atMost: 2 } },
  'peek/none signed out, 1 000 000': {
    what: `${peek}, of 1 000 000, ${signedOut}`,
    against: nobody,
    unit: '×',
    bound: { atMost: 2 },
  },
  'verify/none signed out, 1 000 000': {
    what: `${verify}, of 1 000 000, ${signedOut}`,
    against: nobody,
    unit: '×',
    bound: { atMost: 2 },
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
  'route/unprotected, SQLite': {
    what: 'Fastify route that reads a record from SQLite: requests/s',
    against: 'the same route unprotected',
    unit: '×',
    bound: { atLeast: 0.95 },
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
    bound: { atMost: 400 },
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
  'flood/known p99': { what: `known tokens: ${slowed}`, against: control, unit: '×', bound: { atMost: 1.5 } },
  'flood/new p99': { what: `new good tokens: ${slowed}`, against: control, unit: '×', bound: { atMost: 1.5 } },
  'flood/known p99, quiet': { what: `known tokens: ${slowed}`, against: '–', unit: '×' },
  'flood/new p99, quiet': { what: `new good tokens: ${slowed}`, against: '–', unit: '×' },
  'flood/public p99, quiet': { what: `public route: ${slowed}`, against: '–', unit: '×' },
  'flood/lookups': {
    what: 'lookups for 100 000 unknown tokens of one client',
    against: '–',
    unit: '',
    bound: { atMost: 60 },
  },
  'flood/refused': {
    what: 'known and new good tokens of another client that are refused meanwhile',
    against: '–',
    unit: '',
    bound: { exactly: 0 },
  },
  'flood/memory': {
    what: 'memory after 100 000 unknown tokens',
    against: 'before',
    unit: '×',
    // As much as less than ten bytes for each of them: V8 keeps more code and statistics about code that ran more often.
    bound: { atMost: 1.03 },
  },
  'flood/redis keys': {
    // One is the budget's own count, and lasts a minute.
    what: 'keys that 100 000 unknown tokens leave in Redis',
    against: '–',
    unit: '',
    bound: { atMost: 1 },
  },
  'flood/redis bytes': {
    what: 'what 100 000 unknown tokens leave in Redis',
    against: '–',
    unit: 'bytes',
    bound: { atMost: 256 },
  },
};

/** Whether a figure is what its goal asks for; undefined when that is nothing. */
export function isMet({ bound }: Goal, value: number): boolean | undefined {
  if (bound === undefined) return undefined;
  if ('atMost' in bound) return value <= bound.atMost;
  return 'atLeast' in bound ? value >= bound.atLeast : value === bound.exactly;
}
