import type { FastifyRequest } from 'fastify';
import { TokenRefusedError } from 'google-bearer';

/** What @fastify/bearer-auth takes off the front of a header before it trims the rest. */
const PREFIX_LENGTH = 'Bearer '.length;

/** The scheme alone: `Bearer` at the end of a word, a word being an RFC 9110 §5.6.2 token. `Bearerx` is another scheme. */
const bearerScheme = /^bearer(?![!#$%&'*+\-.^_`|~0-9a-z])/i;

/**
 * Refuses what @fastify/bearer-auth lets pass: more than one token, or blanks where none belong. Whether the token is
 * one at all is for the verifier to judge.
 *
 * @param token as @fastify/bearer-auth has read it
 * @throws {TokenRefusedError} `ERR_TOKEN_MALFORMED`
 */
export function assertSoleToken(request: FastifyRequest, token: string): void {
  const { headers, rawHeaders } = request.raw;
  const sole =
    token !== '' &&
    countAuthorization(rawHeaders) <= 1 &&
    !queryHoldsToken(request.query) &&
    blanksAreAllowed(headers.authorization ?? '', token);
  if (!sole) throw new TokenRefusedError('ERR_TOKEN_MALFORMED');
}

/**
 * Tells why @fastify/bearer-auth refused a header, which it answers with 401 whatever the reason.
 *
 * @returns `ERR_TOKEN_MALFORMED` when the client chose Bearer and got it wrong, or sent more than one header;
 * `ERR_TOKEN_MISSING` when there is none, or one of another scheme
 */
export function explainRefusal(request: FastifyRequest): 'ERR_TOKEN_MALFORMED' | 'ERR_TOKEN_MISSING' {
  const { headers, rawHeaders } = request.raw;
  if (countAuthorization(rawHeaders) > 1) return 'ERR_TOKEN_MALFORMED';
  // A bare "Bearer" is not "no credentials": the client chose this scheme and got it wrong (RFC 6750 §3.1).
  return bearerScheme.test(headers.authorization ?? '') ? 'ERR_TOKEN_MALFORMED' : 'ERR_TOKEN_MISSING';
}

/**
 * Whether only spaces stand before the token (`"Bearer" 1*SP`, RFC 6750 §2.1), and only spaces and tabs after it
 * (RFC 9110 §5.5). @fastify/bearer-auth trims whatever JavaScript takes for blank, such as a no-break space.
 */
function blanksAreAllowed(header: string, token: string): boolean {
  let start = PREFIX_LENGTH;
  // Nearly every header: nothing was trimmed.
  if (header.length === start + token.length) return true;
  while (header[start] === ' ') start++;
  if (!header.startsWith(token, start)) return false;
  for (let i = start + token.length; i < header.length; i++) {
    if (header[i] !== ' ' && header[i] !== '\t') return false;
  }
  return true;
}

/**
 * Node keeps the first of several Authorization headers, a proxy in front may have looked at the last.
 *
 * @param rawHeaders absent in stand-ins for requests, such as those of `injectWS` of @fastify/websocket
 */
function countAuthorization(rawHeaders: readonly string[] = []): number {
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
