import { useSession } from 'next-auth/react';
import { useEffect, useRef, useState } from 'react';
import { type ApiFetchOptions, below } from './calls/api-fetch.ts';
import { type ApiEventsState, followEvents } from './calls/event-stream.ts';
import { useApi } from './use-api.ts';
import { useApiFetch } from './use-api-fetch.ts';

/** What `useApiEvents` takes. */
export interface ApiEventsOptions extends ApiFetchOptions {
  /** Below the API's base URL. Default: `/api/events`. */
  readonly path?: string | undefined;
  /** Called for every event, `refused` included. `event` is undefined when it has no name. What it throws is an uncaught error. */
  readonly onEvent?: ((event: { readonly event?: string | undefined; readonly data: string }) => void) | undefined;
  /** A line on which nothing comes for so long, not even a comment, has fallen: in ms. Default: 45 000. */
  readonly silenceMs?: number | undefined;
}

/**
 * Follows a stream of events of the API (`text/event-stream`) with the token handling of `useApiFetch`, which `EventSource` cannot: it sends no
 * header. The stream is opened again, with a new token, when the API ends it with an event `refused` (the token was revoked, or has expired);
 * and when the line falls. Pauses grow, are never shorter than the server's `retry:`, and differ from page to page. It ends with the session and
 * with the component.
 *
 * @returns how the stream is, and why
 * @throws {TypeError} when `silenceMs` is no number above 0, or `path` does not begin with a slash
 * @throws {Error} outside a `GoogleSessionProvider`
 */
export function useApiEvents(options: ApiEventsOptions = {}): ApiEventsState {
  const { path = '/api/events', silenceMs = 45_000, onEvent } = options;
  if (!(silenceMs > 0)) throw new TypeError('silenceMs: expected ms, above 0');
  const { apiUrl } = useApi('useApiEvents');
  // Here, since a stream that fails is tried again and again.
  below(apiUrl, path);
  const apiFetch = useApiFetch(options);
  const { data, status } = useSession();
  const [state, setState] = useState<ApiEventsState>({ state: 'connecting' });
  const listener = useRef(onEvent);
  useEffect(() => {
    listener.current = onEvent;
  });
  // Somebody else's stream is another one; so is that of somebody who has a token again.
  const whose = status === 'loading' ? undefined : `${data?.subject} ${data?.accessToken !== undefined}`;
  useEffect(() => {
    if (whose === undefined) return;
    const end = new AbortController();
    const tell = (next: ApiEventsState): void => void (end.signal.aborted || setState(next));
    void followEvents(apiFetch, path, {
      signal: end.signal,
      silenceMs,
      onState: tell,
      onEvent: (event) => listener.current?.(event),
    });
    return () => end.abort();
  }, [apiFetch, path, silenceMs, whose]);
  return state;
}
