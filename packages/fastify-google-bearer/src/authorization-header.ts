import type { FastifyRequest } from 'fastify';
import { TokenRefusedError } from 'google-bearer';

const SCHEME_LENGTH = 'Bearer'.length;

/** The scheme alone: `Bearer` at the end of a word, a word being an RFC 9110 §5.6.2 token. `Bearerx` is another scheme. */
const bearerScheme = /^bearer(?![!#$%&'*+\-.^_`|~0-9a-z])/i;

/**
 * Reads the token that the client meant, as it was sent: whether it is one is for the verifier to judge.
 *
 * @returns undefined when there is no Authorization header at all
 * @throws {TokenRefusedError} `ERR_TOKEN_MISSING`: the header is of another scheme, or empty
 * @throws {TokenRefusedError} `ERR_TOKEN_MALFORMED`: more than one header, Bearer without a token or with something other
 * than spaces before it, or a second token in the query
 */
export function readToken(request: FastifyRequest): string | undefined {
  const { headers, rawHeaders } = request.raw;
  // Node keeps the first of several Authorization headers, a proxy in front may have looked at the last.
  if (countAuthorization(rawHeaders) > 1) throw new TokenRefusedError('ERR_TOKEN_MALFORMED');
  const value = headers.authorization;
  if (value === undefined) return undefined;
  if (!bearerScheme.test(value)) throw new TokenRefusedError('ERR_TOKEN_MISSING');
  const token = readCredentials(value);
  // A bare "Bearer" is not "no credentials": the client chose this scheme and got it wrong (RFC 6750 §3.1).
  if (token === '' || queryHoldsToken(request.query)) throw new TokenRefusedError('ERR_TOKEN_MALFORMED');
  return token;
}

/**
 * What stands between `"Bearer" 1*SP` of RFC 6750 §2.1 and the blanks that RFC 9110 §5.5 allows after a value. Blanks of
 * another kind are no part of either, nor of a token. Without a regular expression, which would look at every character.
 *
 * @returns the empty string when there is nothing of this form
 */
function readCredentials(value: string): string {
  let start = SCHEME_LENGTH;
  while (value[start] === ' ') start++;
  if (start === SCHEME_LENGTH) return '';
  let end = value.length;
  while (end > start && (value[end - 1] === ' ' || value[end - 1] === '\t')) end--;
  const token = value.slice(start, end);
  return token === token.trim() ? token : '';
}

function countAuthorization(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count += 1;
  }
  return count;
}

/** A token in the query (RFC 6750 §2.3) is never read: URLs end up in logs. Next to a header it is a second one (§2). */
function queryHoldsToken(query: unknown): boolean {
  return typeof query === 'object' && query !== null && Object.keys(query).some(namesToken);
}

/** `access_token[]` too: some query parsers make a list of it. */
function namesToken(name: string): boolean {
  return name === 'access_token' || name.startsWith('access_token[');
}
