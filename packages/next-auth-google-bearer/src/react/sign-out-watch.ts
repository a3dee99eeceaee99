import type { Session } from 'next-auth';
import { SessionProvider, useSession } from 'next-auth/react';
import { createElement, type ReactNode, useCallback, useEffect, useState } from 'react';
import type { SessionReader } from './session/session-reader.ts';
import type { SessionStore } from './session/session-store.ts';

interface SignOutWatchProps {
  readonly store: SessionStore;
  readonly reader: SessionReader;
  readonly session: Session | null;
  readonly basePath: string;
}

/** When NextAuth has told of a sign-out, true or not. */
interface Mistake {
  /** The session that the page showed then; another one has been read since. */
  readonly shown: Session | undefined;
  readonly count: number;
}

/**
 * NextAuth's own provider, beside the page and with nothing in it: `signIn` and `signOut` need one, and through it alone
 * `signOut({ redirect: false })` tells this page. It does no polling.
 *
 * It tells only when its own session turns into none. So it has one whenever the page does. But it takes a session that it could not read for
 * none: then it goes away until the page has read the session, and is made anew. Not sooner: it would read at once, take the next
 * failure for a sign-out, and so on without pause, and tell all other tabs to do the same.
 */
export function SignOutWatch({ store, reader, session, basePath }: SignOutWatchProps): ReactNode {
  const [mistake, setMistake] = useState<Mistake>({ shown: undefined, count: 0 });
  const onSignOut = useCallback(() => {
    const shown = store.session();
    if (!shown) return;
    setMistake(({ count }) => ({ shown, count: count + 1 }));
    void reader.restart();
  }, [store, reader]);
  if (session === mistake.shown) return null;
  const watched = session !== null;
  return createElement(SessionProvider, {
    key: `${watched} ${mistake.count}`,
    session,
    basePath,
    refetchOnWindowFocus: false,
    // biome-ignore lint/correctness/noChildrenProp: the type of NextAuth's provider wants it among the props.
    children: watched && createElement(WhenSignedOut, { onSignOut }),
  });
}

function WhenSignedOut({ onSignOut }: { readonly onSignOut: () => void }): ReactNode {
  const { data } = useSession();
  useEffect(() => {
    if (data === null) onSignOut();
  }, [data, onSignOut]);
  return null;
}
