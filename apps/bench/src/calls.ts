import type { ScopeRequirement, TokenVerifier } from 'google-bearer';
import { type Contestant, onFreshTokens } from './rounds.ts';
import { sha256 } from './sha256.ts';
import type { HeaderTokens } from './tokens.ts';

/** One SHA-256 and one look-up in a Map of all tokens: no cache that keeps no raw tokens can do with less. */
export function floor(tokens: HeaderTokens, calls: number): Contestant {
  const known = new Map(Array.from({ length: tokens.size }, (_, index) => [sha256(tokens.token(index)), { index }]));
  return onFreshTokens(tokens, calls, (fresh) => {
    for (const token of fresh) if (known.get(sha256(token)) === undefined) throw new Error('not known');
  });
}

/** `peek` of tokens that the verifier knows. */
export function peek(
  verifier: TokenVerifier,
  tokens: HeaderTokens,
  calls: number,
  requirement?: ScopeRequirement,
): Contestant {
  return onFreshTokens(tokens, calls, (fresh) => {
    for (const token of fresh) if (verifier.peek(token, requirement) === undefined) throw new Error('not known');
  });
}

/** `verify` of the same, one after the other. */
export function verify(verifier: TokenVerifier, tokens: HeaderTokens, calls: number): Contestant {
  return onFreshTokens(tokens, calls, async (fresh) => {
    for (const token of fresh) await verifier.verify(token);
  });
}
