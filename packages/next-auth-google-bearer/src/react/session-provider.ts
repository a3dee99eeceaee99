import type { Session } from 'next-auth';
import { SessionContext, type SessionContextValue, SessionProvider, useSession } from 'next-auth/react';
import {
  createElement,
  Fragment,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { secureBaseUrl } from '../secure-url.ts';
import { ApiContext } from './api-context.ts';
import { hearOtherTabs } from './other-tabs.ts';
import { type KnownSession, SessionKeeper } from './session-keeper.ts';

/** What {@link GoogleSessionProvider} takes. */
export interface GoogleSessionProviderProps {
  /** Base URL of the API: the only place that `useApiFetch` sends the access token to. */
  readonly apiUrl: string;
  /** The session, from `getServerSession`. Without it the page reads it first, and is `loading` until then. */
  readonly session?: Session | null | undefined;
  /**
   * Reads the session at least every so many seconds, besides when its access token is due. Default: 0 (only then). Values
   * above 2 147 483 (24.8 days) count as that: a timer's delay has 32 bits.
   */
  readonly refetchInterval?: number | undefined;
  /** Where NextAuth's routes are. Default: `/api/auth`. */
  readonly basePath?: string | undefined;
  readonly children?: ReactNode;
}

/**
 * NextAuth's `SessionProvider`, for pages that send the access token: the session is read again as soon as the token is
 * due, when the page comes into view and when the network is back, and an attempt that fails signs nobody out. Use
 * `useSession` from `next-auth/react` as ever.
 *
 * @throws {TypeError} when `apiUrl` is not https, nor http on loopback
 */
export function GoogleSessionProvider(props: GoogleSessionProviderProps): ReactNode {
  const { session: first, refetchInterval = 0, basePath = '/api/auth', children } = props;
  const apiUrl = secureBaseUrl('apiUrl', props.apiUrl);
  const [keeper] = useState(() => new SessionKeeper(basePath, first));
  useEffect(() => keeper.start(refetchInterval), [keeper, refetchInterval]);
  useEffect(() => hearOtherTabs(keeper.restart), [keeper]);
  useEffect(() => refetchWhenBack(keeper), [keeper]);
  const session = useSyncExternalStore(keeper.subscribe, keeper.session, keeper.session);
  const value = useMemo(() => contextValue(session, keeper), [session, keeper]);
  const api = useMemo(() => ({ apiUrl, keeper }), [apiUrl, keeper]);
  return createElement(
    Fragment,
    null,
    session !== undefined && createElement(SignOutWatch, { keeper, session, basePath }),
    createElement(SessionContext.Provider, { value }, createElement(ApiContext.Provider, { value: api }, children)),
  );
}

interface SignOutWatchProps {
  readonly keeper: SessionKeeper;
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
 * none: then it goes away until the keeper has read the session, and is made anew. Not sooner: it would read at once, take the next
 * failure for a sign-out, and so on without pause, and tell all other tabs to do the same.
 */
function SignOutWatch({ keeper, session, basePath }: SignOutWatchProps): ReactNode {
  const [mistake, setMistake] = useState<Mistake>({ shown: undefined, count: 0 });
  const onSignOut = useCallback(() => {
    const shown = keeper.session();
    if (!shown) return;
    setMistake(({ count }) => ({ shown, count: count + 1 }));
    void keeper.restart();
  }, [keeper]);
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

/**
 * Timers stand still while a device sleeps, and requests fail while it is offline. Who is not signed in here may have signed in in another tab,
 * which need not say so.
 */
function refetchWhenBack(keeper: SessionKeeper): () => void {
  const onBack = (): void => void keeper.refetch();
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') onBack();
  };
  document.addEventListener('visibilitychange', onVisible);
  window.addEventListener('online', onBack);
  return () => {
    document.removeEventListener('visibilitychange', onVisible);
    window.removeEventListener('online', onBack);
  };
}

function contextValue(session: KnownSession, keeper: SessionKeeper): SessionContextValue {
  const update = (data?: unknown): Promise<Session | null> => keeper.update(data);
  if (session === undefined) return { data: null, status: 'loading', update };
  return session === null
    ? { data: null, status: 'unauthenticated', update }
    : { data: session, status: 'authenticated', update };
}
