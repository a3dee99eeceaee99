'use client';

import type { Session } from 'next-auth';
import { useSyncExternalStore } from 'react';
import { everySecond } from './use-now.ts';

/** Why there is no access token to send, although somebody is signed in. */
export type SessionProblem = NonNullable<Session['error']> | 'expired';

/** The page asks for a new token well before this; while it is on its way nothing needs to be said. */
const PATIENCE_MS = 3_000;

/** Looks at the session anew every second, and renders only when something has changed. */
export function useSessionProblem(session: Session): SessionProblem | undefined {
  return useSyncExternalStore(
    everySecond,
    () => sessionProblem(session, Date.now()),
    () => sessionProblem(session, 0),
  );
}

function sessionProblem(session: Session, now: number): SessionProblem | undefined {
  if (session.error !== undefined) return session.error;
  const { accessToken, accessTokenExpiresAt = 0 } = session;
  return accessToken === undefined || accessTokenExpiresAt + PATIENCE_MS <= now ? 'expired' : undefined;
}
