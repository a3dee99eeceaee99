import { urlBelow } from '../../base-url.ts';
import type { AccessTokens } from './access-tokens.ts';
import { withDeadline } from './deadline.ts';

/** One answer of the API. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** From the moment it was sent until the answer began, in ms. */
  readonly durationMs: number;
  /** The token that it carried. Not enumerable: a call that is logged as a whole does not show it. */
  readonly accessToken: string;
}

/** What `useApiFetch` takes. */
export interface ApiFetchOptions {
  /** Called for every answer, also for the 401 after which a call is tried again. */
  readonly onResponse?: ((call: ApiCall) => void) | undefined;
  /** For calls that do not say it themselves, see {@link ApiInit.timeoutMs}. Default: 30 000. */
  readonly timeoutMs?: number | undefined;
}

/** What `fetch` takes, and a deadline. */
export interface ApiInit extends RequestInit {
  /**
   * How long to wait until the API answers, in ms, with all that it takes: reading the session, renewing the token, trying again. The body of the
   * answer may take longer. Default: 30 000.
   */
  readonly timeoutMs?: number | undefined;
}

/**
 * `fetch` for the API. A redirect is an error, since the token would go along: `{ redirect: 'follow' }` allows it for an API that does so.
 *
 * @param path below the API's base URL, with a leading slash
 */
export type ApiFetch = (path: string, init?: ApiInit) => Promise<Response>;

const DEFAULT_TIMEOUT_MS = 30_000;

/** Makes the function that {@link ApiFetch} is. */
export function apiFetch(apiUrl: string, tokens: AccessTokens, options: ApiFetchOptions = {}): ApiFetch {
  async function attempt(path: string, init: RequestInit, accessToken: string): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${accessToken}`);
    // The token is meant for this API, not for wherever it points to.
    const redirect = init.redirect ?? 'error';
    const sentAt = performance.now();
    const response = await fetch(below(apiUrl, path), { ...init, headers, redirect });
    const durationMs = performance.now() - sentAt;
    if (response.status < 500 && ![401, 429].includes(response.status)) tokens.hopeless.clear();
    const { status, headers: answered } = response;
    options.onResponse?.(
      apiCall({ method: init.method ?? 'GET', path, status, headers: answered, durationMs }, accessToken),
    );
    return response;
  }

  async function call(path: string, init: RequestInit): Promise<Response> {
    const held = await tokens.current();
    const response = await attempt(path, init, held.accessToken);
    if (response.status !== 401 || tokens.hopeless.has(held.accessToken)) return response;
    const renewing = tokens.insteadOf(held);
    if (init.body instanceof ReadableStream) {
      // It cannot be sent twice: the next call has the new token.
      renewing.catch(() => undefined);
      return response;
    }
    const renewed = await renewing;
    if (renewed === undefined) return response;
    await response.body?.cancel();
    const second = await attempt(path, init, renewed.accessToken);
    if (second.status === 401) tokens.hopeless.add(renewed.accessToken);
    return second;
  }

  return async (path, { timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal: caller, ...init } = {}) => {
    below(apiUrl, path);
    return withDeadline(caller, timeoutMs, (signal) => call(path, { ...init, signal }));
  };
}

function apiCall(call: Omit<ApiCall, 'accessToken'>, accessToken: string): ApiCall {
  return Object.defineProperty({ ...call, accessToken }, 'accessToken', { enumerable: false });
}

/**
 * The address of a path. The token is for this API alone.
 *
 * @throws {TypeError} when the path leads elsewhere
 */
export function below(apiUrl: string, path: string): string {
  const url = urlBelow(apiUrl, path);
  if (url !== undefined) return url;
  throw new TypeError('the path has to begin with a slash, and to stay below the URL of the API');
}
