import type { Session } from 'next-auth';

/**
 * The session with its times by this device's clock, which may be an hour off: a token would seem dead while it lives, and
 * every call would ask for another one.
 *
 * An answer that took its time looks like a clock that is ahead. So the times are moved by the least that puts the server's reading of the
 * session between `since` and `until`, when by this clock it must have been.
 *
 * @param since the start of the request that the session came with, in ms since 1970
 * @param until its end, in ms since 1970
 */
export function toLocalTimes(session: Session, since: number, until: number): Session {
  const { readAt, accessTokenExpiresAt, accessTokenRefreshAt } = session;
  if (typeof readAt !== 'number' || (readAt >= since && readAt <= until)) return session;
  const aheadMs = (readAt < since ? since : until) - readAt;
  return {
    ...session,
    readAt: readAt + aheadMs,
    ...(accessTokenExpiresAt !== undefined && { accessTokenExpiresAt: accessTokenExpiresAt + aheadMs }),
    ...(accessTokenRefreshAt !== undefined && { accessTokenRefreshAt: accessTokenRefreshAt + aheadMs }),
  };
}
