import type { FastifyRequest } from 'fastify';
import type { Principal, TokenVerifier } from 'google-bearer';
import { test } from 'tap';
import { type GoogleBearerOptions, googleBearer, type RouteProtection, requirePrincipal } from '../src/index.ts';
import { fakeVerifier, makeApp } from './kit.ts';

// Nothing here runs: it compiles, and every line marked so must not.
export const mustCompile: GoogleBearerOptions[] = [
  { audience: 'id' },
  { audience: ['id', 'id2'], realm: 'api', resource: 'https://api.example.com', maxAgeMs: 1 },
  { audience: process.argv[2] },
  { audience: 'id', allowServiceAccounts: false },
  { verifier: fakeVerifier({}), realm: 'api' },
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
  // @ts-expect-error not every token has an address
  const email: string = principal.email;
  return [subject, email, principal.subject];
}

export const protections: RouteProtection[] = [false, 'optional', { scopes: [] }, { anyScope: ['a'] }];

test('types', (t) => {
  t.pass('checked by tsc -p tsconfig.test.json');
  t.end();
});
