import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { REVOKED_PAUSE_MS } from '../../revoked-pause.ts';
import { LONGEST_DELAY_MS } from '../session/refetch-delay.ts';
import type { ApiFetch } from './api-fetch.ts';
import { NotSignedInError } from './errors.ts';

/** How the stream is. */
export interface ApiEventsState {
  /**
   * - `connecting`: it is being opened. `open`: events come.
   * - `refused`: the API does not accept the token any more. It is opened again, with a new one.
   * - `waiting`: the line has fallen, or the API fails. It is opened again after a pause.
   * - `over`: nobody is signed in, or the API has no such stream for them. It is not opened again.
   */
  readonly state: 'connecting' | 'open' | 'refused' | 'waiting' | 'over';
  /** The code of the API's error, e.g. `ERR_TOKEN_REVOKED`. */
  readonly code?: string | undefined;
}

interface Following {
  readonly signal: AbortSignal;
  readonly silenceMs: number;
  readonly onState: (state: ApiEventsState) => void;
  readonly onEvent: (event: EventSourceMessage) => void;
}

const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 60_000];
/** Who was open for so long has not failed. */
const STABLE_MS = 10_000;

/** Keeps a stream of the API open, until the signal or the session ends it. Never rejects. */
export async function followEvents(apiFetch: ApiFetch, path: string, following: Following): Promise<void> {
  const { signal, onState } = following;
  let retryMs = 1_000;
  const onRetry = (ms: number): void => {
    retryMs = Math.max(ms, SHORTEST_PAUSE_MS);
  };
  onState({ state: 'connecting' });
  for (let failures = 0; !signal.aborted; failures++) {
    const since = performance.now();
    const { isEvent = false, retryAfterMs = 0, ...end } = await listen(apiFetch, path, following, onRetry);
    if (signal.aborted) return;
    onState(end);
    if (end.state === 'over') return;
    if (performance.now() - since > STABLE_MS) failures = 0;
    // Nothing has failed when the API ends a stream because of its token for the first time; if it ends every stream, it is left in peace.
    const isFirstRefusal = isEvent && end.state === 'refused' && failures === 0;
    const growingMs = Math.min(retryMs * 2 ** failures, LONGEST_PAUSE_MS);
    const leastMs = Math.max(isFirstRefusal ? REVOKED_PAUSE_MS : growingMs, retryMs, retryAfterMs);
    // What ends one stream may end all of them: they must not all come back at the same moment.
    const over = AbortSignal.timeout(Math.ceil(Math.min(leastMs * (1 + Math.random() / 2), LONGEST_DELAY_MS)));
    await abortOf(AbortSignal.any([signal, over]));
  }
}

interface End extends ApiEventsState {
  /** It was open, and the API ended it by an event `refused`. */
  readonly isEvent?: boolean;
  readonly retryAfterMs?: number;
}

/** Opens the stream once, and resolves to why it has ended. */
async function listen(
  apiFetch: ApiFetch,
  path: string,
  { signal: given, silenceMs, onState, onEvent }: Following,
  onRetry: (ms: number) => void,
): Promise<End> {
  const connection = new AbortController();
  let silence: ReturnType<typeof setTimeout> | undefined;
  let refused: End | undefined;
  const parser = createParser({
    onRetry,
    onEvent(message) {
      if (message.event === 'refused') refused = { ...endBy(401, message.data), isEvent: true };
      try {
        onEvent(message);
      } catch (error) {
        // A mistake in the page: reported as that of an event listener is, and not taken for a line that has fallen.
        queueMicrotask(() => {
          throw error;
        });
      }
    },
  });
  try {
    const signal = AbortSignal.any([given, connection.signal]);
    const response = await apiFetch(path, { headers: { accept: 'text/event-stream' }, cache: 'no-store', signal });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (!response.ok || response.body === null || !isStream) {
      const retryAfterMs = Number(response.headers.get('retry-after')) * 1000 || 0;
      return { ...endBy(response.status, await response.text()), retryAfterMs };
    }
    onState({ state: 'open' });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    while (refused === undefined) {
      silence = setTimeout(() => connection.abort(), Math.min(silenceMs, LONGEST_DELAY_MS));
      const { done, value } = await reader.read();
      clearTimeout(silence);
      if (done) return { state: 'waiting' };
      parser.feed(value);
    }
    return refused;
  } catch (error) {
    return { state: error instanceof NotSignedInError ? 'over' : 'waiting' };
  } finally {
    clearTimeout(silence);
    connection.abort();
  }
}

/** What an error of the API means: another token may do, it may work later, or this request is not to be repeated. */
function endBy(status: number, body: string): Pick<End, 'state' | 'code'> {
  const { statusCode = status, code } = membersOf(body);
  const isLater = Number(statusCode) >= 500 || statusCode === 408 || statusCode === 429;
  const state = statusCode === 401 ? 'refused' : isLater ? 'waiting' : 'over';
  return { state, code: typeof code === 'string' ? code : undefined };
}

function membersOf(body: string): { readonly statusCode?: unknown; readonly code?: unknown } {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}

function abortOf(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    signal.addEventListener('abort', resolve, { once: true });
  });
}
