import { test } from 'tap';
import {
  createTokenVerifier,
  GoogleBearerError,
  type Principal,
  type ServicePrincipal,
  type TokenVerifier,
} from '../src/index.ts';

// Checked by the compiler: each line under an @ts-expect-error must not compile. Nothing here is called.
export const misuse = {
  async options() {
    createTokenVerifier({ audience: process.env.GOOGLE_CLIENT_ID });
    createTokenVerifier({ audience: ['a', 'b'] as const });
    // @ts-expect-error the audience is required
    createTokenVerifier({});
    // @ts-expect-error there is no way to switch the audience check off
    createTokenVerifier({ audience: null });
    // @ts-expect-error no such option
    createTokenVerifier({ audience: 'a', cacheSize: 10 });
    // @ts-expect-error numbers are numbers
    createTokenVerifier({ audience: 'a', timeoutMs: '3000' });
    // @ts-expect-error two words only
    createTokenVerifier({ audience: 'a', onStale: 'ignore' });
  },
  async principals(verifier: TokenVerifier, services: TokenVerifier<Principal | ServicePrincipal>) {
    const principal = await verifier.verify('token');
    principal.subject.toUpperCase();
    // @ts-expect-error there may be no address
    principal.email.toUpperCase();
    // @ts-expect-error a principal cannot be changed
    principal.subject = 'other';
    // @ts-expect-error nor can its scopes
    principal.scopes.add('email');
    // @ts-expect-error memory may not know the token
    verifier.peek('token').subject;
    // @ts-expect-error a list of scopes, not one
    verifier.verify('token', { scopes: 'email' });
    const stop = verifier.onRevoked(principal, ({ code, statusCode }) => `${code} ${statusCode}`);
    stop();
    // @ts-expect-error a callback is needed
    verifier.onRevoked(principal);
    // @ts-expect-error the principal, not its token
    verifier.onRevoked('token', () => undefined);
    // @ts-expect-error the error is one that a request can meet
    verifier.onRevoked(principal, (error: string) => error);
    const service = await services.verify('token');
    services.onRevoked(service, () => undefined);
    // @ts-expect-error a service account's is none of this verifier's
    verifier.onRevoked(service, () => undefined);
    // @ts-expect-error a service account has no subject
    service.subject.toUpperCase();
    // @ts-expect-error code that counts on a subject cannot be given a verifier that lets service accounts pass
    const users: TokenVerifier = createTokenVerifier({ audience: 'a', allowServiceAccounts: true });
    return users;
  },
  errors(error: unknown) {
    // @ts-expect-error the codes are a closed list
    return error instanceof GoogleBearerError && error.code === 'ERR_TOKEN_UGLY';
  },
};

test('the compiler has checked the lines above', (t) => {
  t.ok(misuse);
  t.end();
});
