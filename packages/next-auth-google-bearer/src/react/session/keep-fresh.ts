import { LONGEST_DELAY_MS, refetchDelayMs } from './refetch-delay.ts';
import type { SessionReader } from './session-reader.ts';
import type { SessionStore } from './session-store.ts';

/**
 * Reads the session again whenever its access token is due, until the result is called.
 *
 * @param refetchIntervalS reads it at least so often, in s; 0: only when the access token is due
 */
export function keepFresh(store: SessionStore, { refetch }: SessionReader, refetchIntervalS: number): () => void {
  const refetchIntervalMs = refetchIntervalS > 0 ? refetchIntervalS * 1000 : LONGEST_DELAY_MS;
  let accessToken = store.session()?.accessToken;
  let attempts = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function schedule(): void {
    clearTimeout(timer);
    const session = store.session();
    const isKnown = session !== undefined && !store.isStale;
    // Nobody is signed in, or only signing in helps: there is nothing to wait for.
    if (isKnown && (session === null || session.error !== undefined)) return;
    // Not known: at once. Without times, as an app's own callback may give it: by the interval.
    const refreshAt = isKnown ? (session?.accessTokenRefreshAt ?? Number.POSITIVE_INFINITY) : 0;
    timer = setTimeout(refetch, refetchDelayMs({ now: Date.now(), refreshAt, refetchIntervalMs, attempts }));
  }

  // One that came with the page has the server's times still, and was read between the request for the page and now.
  const now = Date.now();
  store.setClock(now - Math.ceil(performance.now()), now);
  schedule();
  const unsubscribe = store.subscribe((reply) => {
    const before = accessToken;
    accessToken = store.session()?.accessToken;
    const isLate = reply === undefined || (reply?.accessTokenRefreshAt ?? Number.POSITIVE_INFINITY) <= Date.now();
    attempts = isLate && accessToken === before ? attempts + 1 : 0;
    schedule();
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}
