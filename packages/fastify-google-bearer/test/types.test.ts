import type { Http2Server } from 'node:http2';
import type { FastifyRequest, RouteGenericInterface } from 'fastify';
import type { Principal, TokenVerifier } from 'google-bearer';
import { createClient } from 'redis';
import { test } from 'tap';
import {
  type GoogleBearerOptions,
  googleBearer,
  type RouteProtection,
  requireAccessToken,
  requirePrincipal,
  reverify,
} from '../src/index.ts';
import { fakeVerifier, makeApp } from './kit.ts';

// Nothing here runs: it compiles, and every line marked so must not.
export const mustCompile: GoogleBearerOptions[] = [
  { audience: 'id' },
  { audience: ['id', 'id2'], realm: 'api', resource: 'https://api.example.com', maxAgeMs: 1 },
  { audience: process.argv[2] },
  { audience: 'id', allowServiceAccounts: false },
  { verifier: fakeVerifier({}), realm: 'api' },
  { audience: 'id', lookupBudget: false },
  { audience: 'id', lookupBudget: { refused: 1 } },
  { verifier: fakeVerifier({}), lookupBudget: { refused: 1, perMs: 1, redis: createClient(), prefix: 'a' } },
];

export function mustNotCompile(
  verifier: TokenVerifier,
  wide: TokenVerifier<Principal | ({ subject: undefined } & Omit<Principal, 'subject'>)>,
): GoogleBearerOptions[] {
  return [
    // @ts-expect-error an audience is required
    {},
    // @ts-expect-error either options for a verifier, or a verifier
    { verifier, audience: 'id' },
    // @ts-expect-error either options for a verifier, or a verifier
    { verifier, timeoutMs: 1 },
    // @ts-expect-error no such option
    { audience: 'id', relm: 'api' },
    // @ts-expect-error there is a budget by default; it cannot be switched on
    { audience: 'id', lookupBudget: true },
    // @ts-expect-error no such option
    { audience: 'id', lookupBudget: { refuse: 1 } },
    // @ts-expect-error a client of the redis package
    { audience: 'id', lookupBudget: { redis: 'redis://localhost' } },
    // @ts-expect-error service accounts have no subject, which the types have to be told (GoogleBearerTypes)
    { audience: 'id', allowServiceAccounts: true },
    // @ts-expect-error likewise
    { verifier: wide },
  ];
}

export async function routes(): Promise<void> {
  const app = makeApp({ teardown: () => {} } as never);
  // @ts-expect-error options are required
  await app.register(googleBearer);
  // @ts-expect-error no such option
  await app.register(googleBearer, { audience: 'id', relm: 'api' });
  // @ts-expect-error either options for a verifier, or a verifier
  await app.register(googleBearer, { audience: 'id', verifier: fakeVerifier({}) });
  app.get('/', { config: { googleBearer: { scopes: ['email'], anyScope: ['a', 'b'] } } }, () => 'in');
  app.get('/', { config: { googleBearer: false } }, () => 'in');
  app.get('/', { config: { googleBearer: 'optional' } }, () => 'in');
  app.get('/', { config: { googleBearer: 'optional-bearer' } }, () => 'in');
  // @ts-expect-error misspelt
  app.get('/', { config: { googleBearer: { scope: ['email'] } } }, () => 'in');
  // @ts-expect-error a list is needed
  app.get('/', { config: { googleBearer: { scopes: 'email' } } }, () => 'in');
  // @ts-expect-error protection is the default; it cannot be switched on
  app.get('/', { config: { googleBearer: true } }, () => 'in');
  // @ts-expect-error misspelt
  app.get('/', { config: { googleBearer: 'optionl' } }, () => 'in');
}

export function principals(request: FastifyRequest): string[] {
  // @ts-expect-error it may be null
  const subject: string = request.principal.subject;
  const principal = requirePrincipal(request);
  // @ts-expect-error it is read-only
  principal.subject = 'someone else';
  // @ts-expect-error so is the signal
  request.accessSignal = AbortSignal.abort();
  // @ts-expect-error not every token has an address
  const email: string = principal.email;
  return [subject, email, principal.subject];
}

type Http2Request = FastifyRequest<RouteGenericInterface, Http2Server>;

export async function overHttp2(request: Http2Request): Promise<string> {
  await reverify(request);
  return requirePrincipal(request).subject + requireAccessToken(request);
}

export const protections: RouteProtection[] = [false, 'optional', { scopes: [] }, { anyScope: ['a'] }];

test('types', (t) => {
  t.pass('checked by tsc -p tsconfig.test.json');
  t.end();
});
