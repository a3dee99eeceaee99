import type { SessionError } from '../types.ts';
import { readRetryAfterMs } from './retry-after.ts';

/** A pair of tokens as Google has given it. Times are in ms since 1970. */
export interface Credentials {
  readonly accessToken: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** From when on the access token is to be renewed. */
  readonly refreshAt: number;
  readonly refreshToken: string;
}

/** Why an attempt has failed that says nothing of the grant: Google, or the way to it; or the application's own settings. */
export type Failure = 'outage' | 'application';

/** What an attempt to refresh has come to. */
export type RefreshOutcome =
  | { readonly credentials: Credentials }
  /** No further attempt can succeed. */
  | { readonly error: SessionError }
  /** Nothing is known about the grant: ask again later. */
  | { readonly failure: Failure; readonly retryAfterMs?: number | undefined };

/** RFC 6749 §5.2, and what Google adds: what the operator has to mend. None of it says that the user has taken anything back. */
const APPLICATION_ERRORS: ReadonlySet<unknown> = new Set([
  'invalid_client',
  'deleted_client',
  'disabled_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_request',
  'invalid_scope',
]);

/**
 * What a refusal of Google's token endpoint means. Only 400 and 401 with `invalid_grant` end a session; an overload, a proxy's page, a
 * wrong secret or an error that nobody has heard of must not sign anybody out.
 */
export function readRefusal(status: number | undefined, body: unknown, retryAfter: string | null): RefreshOutcome {
  const error = status === 400 || status === 401 ? errorIn(body) : undefined;
  if (error === 'invalid_grant') return { error };
  return {
    failure: APPLICATION_ERRORS.has(error) ? 'application' : 'outage',
    retryAfterMs: readRetryAfterMs(retryAfter, Date.now()),
  };
}

function errorIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
}

/**
 * When a token that lives for `lifeMs` from now is renewed. With a `refreshBeforeMs` that its whole life does not reach, it would
 * be renewed over and over: three quarters of its life it is.
 */
export function refreshTime(now: number, lifeMs: number, refreshBeforeMs: number): number {
  return now + (lifeMs > refreshBeforeMs ? lifeMs - refreshBeforeMs : lifeMs * 0.75);
}
