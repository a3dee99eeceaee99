import type { Session } from 'next-auth';

/** Below this, a difference is the way of the answer and the whole seconds of its header. */
const NOT_WORTH_MENTIONING_MS = 5_000;

/**
 * The session with its times by this device's clock, which may be an hour off: a token would seem dead while it lives, and
 * every call would ask for another one.
 *
 * @param date the `Date` header of the answer that the session came in (RFC 9110 §6.6.1)
 */
export function toLocalTimes(session: Session, date: string | null, now: number): Session {
  const aheadMs = now - (date === null ? Number.NaN : Date.parse(date));
  if (!(Math.abs(aheadMs) > NOT_WORTH_MENTIONING_MS)) return session;
  const { accessTokenExpiresAt, accessTokenRefreshAt } = session;
  return {
    ...session,
    ...(accessTokenExpiresAt !== undefined && { accessTokenExpiresAt: accessTokenExpiresAt + aheadMs }),
    ...(accessTokenRefreshAt !== undefined && { accessTokenRefreshAt: accessTokenRefreshAt + aheadMs }),
  };
}
