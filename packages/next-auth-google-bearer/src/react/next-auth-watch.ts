import type { Session } from 'next-auth';
import { SessionProvider, useSession } from 'next-auth/react';
import { createElement, type ReactNode, useCallback, useEffect, useState } from 'react';
import type { SessionReader } from './session/session-reader.ts';
import type { KnownSession, SessionStore } from './session/session-store.ts';

interface NextAuthWatchProps {
  readonly store: SessionStore;
  readonly reader: SessionReader;
  readonly session: KnownSession;
  readonly basePath: string;
}

/** What NextAuth's own provider has told last. */
interface Heard {
  /** Which one of those that there were told it. */
  readonly instance: number;
  readonly isNone: boolean;
  /** The session that the page showed then. */
  readonly shown: KnownSession;
}

/** The session that NextAuth's provider begins with: it then reads none by itself, and reading none is news. */
const UNREAD: Session = { expires: '' };

/**
 * NextAuth's own provider, beside the page and with nothing in it. NextAuth's client functions need one from the first rendering on: it tells
 * them where the routes are, and through it alone `signIn` and `signOut` with `{ redirect: false }` tell this page. It does no polling.
 *
 * It takes a session that it could not read for none: then it goes away until the page has read the session, and is made anew. Not sooner: it
 * would read at once, take the next failure for a sign-out, and so on without pause, and tell all other tabs to do the same.
 */
export function NextAuthWatch({ store, reader, session, basePath }: NextAuthWatchProps): ReactNode {
  const [heard, setHeard] = useState<Heard>({ instance: 0, isNone: false, shown: undefined });
  const onSession = useCallback(
    (read: Session | null, instance: number) => {
      const shown = store.session();
      setHeard({ instance, isNone: read === null, shown });
      const isNews = read !== UNREAD && shown !== undefined && whose(read) !== whose(shown);
      if (isNews) void reader.restart();
    },
    [store, reader],
  );
  const isOutdated = heard.isNone && session !== heard.shown;
  if (heard.isNone && session && !isOutdated) return null;
  const instance = isOutdated ? heard.instance + 1 : heard.instance;
  return createElement(SessionProvider, {
    key: instance,
    session: UNREAD,
    basePath,
    refetchOnWindowFocus: false,
    // biome-ignore lint/correctness/noChildrenProp: the type of NextAuth's provider wants it among the props.
    children: createElement(Listener, { instance, onSession }),
  });
}

interface ListenerProps {
  readonly instance: number;
  readonly onSession: (read: Session | null, instance: number) => void;
}

function Listener({ instance, onSession }: ListenerProps): ReactNode {
  const { data } = useSession();
  useEffect(() => onSession(data, instance), [data, instance, onSession]);
  return null;
}

function whose(session: Session | null): string {
  return JSON.stringify(session && [session.subject, session.user]);
}
