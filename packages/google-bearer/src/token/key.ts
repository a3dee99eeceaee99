import { hash } from 'node:crypto';
import { TokenRefusedError } from '../errors/errors.ts';

/** Google's limit for access tokens, in bytes. */
const MAX_TOKEN_LENGTH = 2048;

/** RFC 6750 §2.1. */
const B64_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The name under which everything about a token is kept: the SHA-256 of its text, as 32 characters of one byte each. Never
 * a shorter or faster hash: whoever finds a second token with the same key would be taken for the owner of the first.
 *
 * @throws {TokenRefusedError} `ERR_TOKEN_MALFORMED` for what is too long to be hashed on every request
 */
export function tokenKey(token: string): string {
  // Callers in plain JavaScript pass what they have, undefined included.
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) throw new TokenRefusedError('ERR_TOKEN_MALFORMED');
  return hash('sha256', token, 'binary');
}

/** The key of the token with this SHA-256 in hex, as revocation logs keep it. */
export function keyFromSha256(sha256Hex: string): string {
  return Buffer.from(sha256Hex, 'hex').toString('latin1');
}

/** The SHA-256 in lower-case hex that a key stands for. */
export function sha256FromKey(key: string): string {
  return Buffer.from(key, 'latin1').toString('hex');
}

/**
 * Refuses what cannot be a Google access token before it is sent anywhere. Tokens found in memory need no such check: one
 * with the same SHA-256 has passed it.
 *
 * @throws {TokenRefusedError} `ERR_TOKEN_MALFORMED` or `ERR_TOKEN_IS_ID_TOKEN`
 */
export function checkTokenForm(token: string): void {
  if (!B64_TOKEN.test(token)) throw new TokenRefusedError('ERR_TOKEN_MALFORMED');
  if (isJwt(token)) throw new TokenRefusedError('ERR_TOKEN_IS_ID_TOKEN');
}

/**
 * Whether a token is a JWS or JWE in compact form (RFC 7515 §7.1, RFC 7516 §7.1). Dots alone do not tell: service
 * accounts get `ya29.c.…`.
 */
function isJwt(token: string): boolean {
  const parts = token.split('.');
  if (parts.length !== 3 && parts.length !== 5) return false;
  try {
    const header: unknown = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString());
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false;
  }
}
