import type { Principal } from '../principal.ts';
import { memoryRevocationLog } from '../revocations/memory-log.ts';
import { checkTokenForm } from '../token/key.ts';
import type { TokenVerifier } from '../token-verifier.ts';
import { createTokenVerifier } from '../verifier.ts';
import { FAKE_GOOGLE, fakeGoogle } from './fake-google.ts';
import { FAKE_CLIENT_ID, type FakePrincipal, fakeTokeninfo } from './fake-principal.ts';

/** What {@link fakeVerifier} takes. */
export interface FakeVerifierOptions {
  /** The user of each token, by the token's text. Every other token is refused: `ERR_TOKEN_INVALID`. */
  readonly principals: Readonly<Record<string, FakePrincipal>>;
}

/**
 * A verifier for the tests of your routes: the real one, with a Google in memory that knows your tokens. It checks scopes,
 * audience, expiry and revocations as in production, and throws the same errors. Each fake has its own revocations.
 *
 * @throws {TypeError} naming what is wrong
 * @example
 * const verifier = fakeVerifier({ principals: { 'ada-token': { subject: '1', email: 'ada@example.com' } } });
 * await app.register(googleBearer, { verifier });
 */
export function fakeVerifier(options: FakeVerifierOptions): TokenVerifier<Principal> {
  if (typeof options !== 'object' || options === null) throw new TypeError('fakeVerifier: expected { principals }');
  const { principals, ...unknown } = options;
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) throw new TypeError(`fakeVerifier: there is no ${stranger}`);
  if (typeof principals !== 'object' || principals === null) {
    throw new TypeError('fakeVerifier: principals: expected an object with a principal for each token');
  }
  const now = Date.now();
  const tokens = Object.entries(principals).map(([token, principal]) => {
    assertTokenForm(token);
    return [token, fakeTokeninfo(principal, token, now)] as const;
  });
  return createTokenVerifier({
    audience: FAKE_CLIENT_ID,
    endpoints: FAKE_GOOGLE,
    dispatcher: fakeGoogle(new Map(tokens)),
    revocationLog: memoryRevocationLog(),
  });
}

/** A token that the verifier would refuse by its form is a mistake of the test. */
function assertTokenForm(token: string): void {
  try {
    checkTokenForm(token);
  } catch (cause) {
    throw new TypeError(`fakeVerifier: principals: ${token}: not the form of an access token`, { cause });
  }
}
