import type { Session } from 'next-auth';
import { SessionContext, type SessionContextValue } from 'next-auth/react';
import { createElement, Fragment, type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { type PlainHttpOption, secureBaseUrl } from '../base-url.ts';
import { AccessTokens } from './calls/access-tokens.ts';
import { NextAuthWatch } from './next-auth-watch.ts';
import { keepFresh } from './session/keep-fresh.ts';
import { hearOtherTabs } from './session/other-tabs.ts';
import { SessionReader } from './session/session-reader.ts';
import { type KnownSession, SessionStore } from './session/session-store.ts';
import { ApiContext } from './use-api.ts';

/** What {@link GoogleSessionProvider} takes. */
export interface GoogleSessionProviderProps extends PlainHttpOption {
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
  const apiUrl = secureBaseUrl('apiUrl', props.apiUrl, props);
  const [{ store, reader, tokens }] = useState(() => keptSession(basePath, first));
  useEffect(() => keepFresh(store, reader, refetchInterval), [store, reader, refetchInterval]);
  useEffect(() => hearOtherTabs(reader.restart), [reader]);
  useEffect(() => refetchWhenBack(reader), [reader]);
  const session = useSyncExternalStore(store.subscribe, store.session, store.session);
  const value = useMemo(() => contextValue(session, reader), [session, reader]);
  const api = useMemo(() => ({ apiUrl, tokens }), [apiUrl, tokens]);
  return createElement(
    Fragment,
    null,
    // Before the page, which may use NextAuth's functions while it renders for the first time.
    createElement(NextAuthWatch, { store, reader, session, basePath }),
    createElement(SessionContext.Provider, { value }, createElement(ApiContext.Provider, { value: api }, children)),
  );
}

function keptSession(basePath: string, first: KnownSession) {
  const store = new SessionStore(first);
  const reader = new SessionReader(basePath, store);
  return { store, reader, tokens: new AccessTokens(store, reader) };
}

/**
 * Timers stand still while a device sleeps, and requests fail while it is offline. Who is not signed in here may have signed in in another tab,
 * which need not say so.
 */
function refetchWhenBack({ refetch }: SessionReader): () => void {
  const onBack = (): void => void refetch();
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

function contextValue(session: KnownSession, reader: SessionReader): SessionContextValue {
  const update = (data?: unknown): Promise<Session | null> => reader.update(data);
  if (session === undefined) return { data: null, status: 'loading', update };
  return session === null
    ? { data: null, status: 'unauthenticated', update }
    : { data: session, status: 'authenticated', update };
}
