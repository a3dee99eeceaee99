import type { SessionError } from '../types.ts';

/** A pair of tokens as Google has given it. Times are in ms since 1970. */
export interface Credentials {
  readonly accessToken: string;
  readonly expiresAt: number;
  /** From when on the access token is to be renewed. */
  readonly refreshAt: number;
  readonly refreshToken: string;
}

/** What an attempt to refresh has come to. */
export type RefreshOutcome =
  | { readonly credentials: Credentials }
  /** No further attempt can succeed. */
  | { readonly error: SessionError }
  /** Nothing is known about the grant: ask again later. */
  | { readonly retryAfterMs: number | undefined };

/** RFC 6749 §5.2, and what Google adds. What is not listed may pass by itself. */
const TERMINAL: Readonly<Record<string, SessionError>> = {
  invalid_grant: 'invalid_grant',
  invalid_client: 'invalid_client',
  deleted_client: 'invalid_client',
  disabled_client: 'invalid_client',
  unauthorized_client: 'invalid_client',
  unsupported_grant_type: 'invalid_client',
  invalid_request: 'invalid_client',
  invalid_scope: 'invalid_client',
};

/**
 * What a refusal of Google's token endpoint means. Only 400 and 401 with an `error` known to be final end a session; an
 * overload, a proxy's page or an error that nobody has heard of must not sign anybody out.
 */
export function readRefusal(status: number | undefined, body: unknown, retryAfter: string | null): RefreshOutcome {
  const error = status === 400 || status === 401 ? terminalError(body) : undefined;
  return error === undefined ? { retryAfterMs: retryAfterMs(retryAfter) } : { error };
}

function terminalError(body: unknown): SessionError | undefined {
  const code = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof code === 'string' && Object.hasOwn(TERMINAL, code) ? TERMINAL[code] : undefined;
}

/** However long Google wants to be left alone: nobody should have to sign in anew because of it. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** RFC 9110 §10.2.3: seconds. The form with a date is as good as none here. */
function retryAfterMs(value: string | null): number | undefined {
  return value !== null && /^\d+$/.test(value) ? Math.min(Number(value) * 1000, LONGEST_RETRY_AFTER_MS) : undefined;
}

/**
 * When a token that lives for `lifeMs` from now is renewed. With a `refreshBeforeMs` that its whole life does not reach, it would
 * be renewed over and over: three quarters of its life it is.
 */
export function refreshTime(now: number, lifeMs: number, refreshBeforeMs: number): number {
  return now + (lifeMs > refreshBeforeMs ? lifeMs - refreshBeforeMs : lifeMs * 0.75);
}
