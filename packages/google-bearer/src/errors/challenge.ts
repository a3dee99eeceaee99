import type { Challenge } from './errors.ts';

/** What a server says about itself in its challenges. */
export interface ChallengeContext {
  /** The protection space (RFC 9110 §11.5): a short name of the API. The scheme needs at least one parameter. */
  readonly realm: string;
  /** The URL of the RFC 9728 metadata (§5.1). */
  readonly resourceMetadata?: string | undefined;
}

/**
 * Writes the value of a `WWW-Authenticate` header (RFC 6750 §3).
 *
 * @param challenge what to say; an empty one asks for a token and reports no error
 * @example formatChallenge(error.challenge, { realm: 'api' }) // Bearer realm="api", error="invalid_token", …
 */
export function formatChallenge(challenge: Challenge, context: ChallengeContext): string {
  let value = `Bearer realm=${quote(context.realm)}`;
  if (challenge.error !== undefined) value += `, error=${quote(challenge.error)}`;
  if (challenge.errorDescription !== undefined) value += `, error_description=${quote(challenge.errorDescription)}`;
  if (challenge.scope !== undefined) value += `, scope=${quote(challenge.scope)}`;
  if (context.resourceMetadata !== undefined) value += `, resource_metadata=${quote(context.resourceMetadata)}`;
  return value;
}

/** A quoted-string of RFC 9110 §5.6.4. A character that is not allowed becomes `?`, so that no value can end the header. */
function quote(value: string): string {
  return `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}
