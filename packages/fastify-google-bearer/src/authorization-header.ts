import type { FastifyRequest } from 'fastify';
import { TokenRefusedError } from 'google-bearer';

/** The scheme alone: `Bearer` at the end of a word, a word being an RFC 9110 §5.6.2 token. `Bearerx` is another scheme. */
const bearerScheme = /^bearer(?![!#$%&'*+\-.^_`|~0-9a-z])/i;

/**
 * `"Bearer" 1*SP …` of RFC 6750 §2.1, with what RFC 9110 §5.5 allows after a value. The text in between is for the
 * verifier to judge, but it must not begin or end with blanks of another kind: @fastify/bearer-auth trims those away, and
 * a token is good only as it was sent.
 */
const bearerCredentials = /^bearer +\S(?:.*\S)?[ \t]*$/i;

/**
 * Sees to it that @fastify/bearer-auth reads what the client meant.
 *
 * @returns whether there is an Authorization header at all
 * @throws {TokenRefusedError} `ERR_TOKEN_MALFORMED`: more than one header, Bearer without a token or with something other
 * than spaces before it, or a second token in the query
 */
export function checkAuthorizationHeader(request: FastifyRequest): boolean {
  const { headers, rawHeaders } = request.raw;
  // Node keeps the first of several Authorization headers, a proxy in front may have looked at the last.
  if (countAuthorization(rawHeaders) > 1) throw new TokenRefusedError('ERR_TOKEN_MALFORMED');
  const value = headers.authorization;
  if (value === undefined) return false;
  if (bearerScheme.test(value)) {
    // A bare "Bearer" is not "no credentials": the client chose this scheme and got it wrong (RFC 6750 §3.1).
    if (!bearerCredentials.test(value) || queryHoldsToken(request.query)) {
      throw new TokenRefusedError('ERR_TOKEN_MALFORMED');
    }
  }
  return true;
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
  if (typeof query !== 'object' || query === null) return false;
  // `access_token[]` too: some query parsers make a list of it.
  return Object.keys(query).some((name) => name === 'access_token' || name.startsWith('access_token['));
}
