import { createServer } from 'node:http';
import {
  createTokenVerifier,
  type SharedTokenCache,
  type SharedTokenEntry,
  type TokenVerifier,
  type TokenVerifierOptions,
} from 'google-bearer';
import type { HeaderTokens } from './tokens.ts';

/** A client id of the usual length, and nobody's. */
export const AUDIENCE = '1234567890-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com';

/** An hour: nothing grows old while it is measured. */
const LIFE_MS = 3_600_000;

/** So many tokens are learned at once. */
const AT_ONCE = 256;

/** What tokeninfo says about the user with this number. */
export function tokeninfoBody(user: number): Record<string, string> {
  return {
    azp: AUDIENCE,
    aud: AUDIENCE,
    sub: String(100_000_000_000_000_000_000n + BigInt(user)),
    scope: 'openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/userinfo.profile',
    exp: String(Math.floor((Date.now() + 2 * LIFE_MS) / 1000)),
    expires_in: String((2 * LIFE_MS) / 1000),
    email: `person.number${user}@example.com`,
    email_verified: 'true',
    access_type: 'online',
  };
}

/**
 * Makes a verifier that knows these tokens, each of another user. It learns a million in a minute: through its `sharedCache`,
 * which here makes up an answer for each token. Asking a server as often would take many times as long, and would leave just
 * the same in memory.
 *
 * @param options by default it has room for these tokens and no more
 */
export async function filledVerifier(
  tokens: HeaderTokens,
  options: Pick<TokenVerifierOptions, 'maxEntries' | 'revocationLog'> = {},
): Promise<TokenVerifier> {
  const template = await recordAnswer();
  let user = 0;
  const sharedCache: SharedTokenCache = {
    slot: () => ({
      take: async (): Promise<SharedTokenEntry> => {
        const body = tokeninfoBody(user++);
        return { text: JSON.stringify({ ...template, sub: body.sub, email: body.email }), remainingMs: LIFE_MS };
      },
    }),
  };
  const verifier = createTokenVerifier({
    audience: AUDIENCE,
    maxAgeMs: LIFE_MS,
    maxEntries: tokens.size,
    sharedCache,
    // Nobody is there: an answer that is made up wrongly must not become a question to Google.
    endpoints: 'http://127.0.0.1:9',
    ...options,
  });
  for (let first = 0; first < tokens.size; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, tokens.size - first);
    await Promise.all(Array.from({ length: count }, (_, index) => verifier.verify(tokens.token(first + index))));
  }
  if (verifier.stats().cache.entries !== tokens.size) throw new Error('not all tokens are in memory');
  return verifier;
}

/** The text in which a verifier shares an answer, recorded from one that shares it: the form is google-bearer's own. */
async function recordAnswer(): Promise<Record<string, unknown>> {
  const server = createServer((_, reply) => reply.end(JSON.stringify(tokeninfoBody(0)))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const shared = Promise.withResolvers<string>();
  const sharedCache: SharedTokenCache = {
    slot: () => ({
      take: async () => ({ keep: async (text) => shared.resolve(text), release: async () => shared.reject() }),
    }),
  };
  const verifier = createTokenVerifier({
    audience: AUDIENCE,
    maxAgeMs: LIFE_MS,
    sharedCache,
    endpoints: `http://127.0.0.1:${address.port}`,
  });
  await verifier.verify('ya29.recorded');
  const text = await shared.promise;
  await verifier.close();
  server.close();
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== 'object' || answer === null) throw new Error('a shared answer is no JSON object any more');
  return { ...answer };
}
