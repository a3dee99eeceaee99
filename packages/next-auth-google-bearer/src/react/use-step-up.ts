import { useEffect, useId, useMemo, useRef } from 'react';
import { readScopes } from '../scope.ts';
import type { ApiFetch, ApiFetchOptions } from './calls/api-fetch.ts';
import { forgetCall, type PendingCall, pendingCall } from './calls/pending-call.ts';
import { resume, stepUpFetch } from './calls/step-up.ts';
import { useApi } from './use-api.ts';
import { useApiFetch } from './use-api-fetch.ts';

/** Many a component is shown only once somebody is known to be signed in, or once it is loaded: from then on, in ms. */
const ASKER_COMES_WITHIN_MS = 3_000;

/** The call that the page was left for. */
export interface ResumedCall {
  readonly method: string;
  readonly path: string;
}

/** What `useStepUp` takes. */
export interface StepUpOptions extends ApiFetchOptions {
  /** Called once when the user is back from Google, with the answer to the call, which is made again. */
  readonly onResumed?: ((response: Response, call: ResumedCall) => void) | undefined;
  /** Called instead when no answer came, with what `useApiFetch` would have rejected with. */
  readonly onResumeFailed?: ((error: unknown, call: ResumedCall) => void) | undefined;
}

/**
 * `useApiFetch` for calls that need more than the user has allowed at sign-in. When the API refuses with 403 `insufficient_scope`, the page
 * leaves for Google's consent; when the user is back, this hook makes the same call again, once, and tells `onResumed`. It is not made when the
 * user has not consented, or has come back as somebody else.
 *
 * It rejects as that of `useApiFetch` does, and with `SessionUnavailableError` when the site cannot be reached and the page cannot leave.
 *
 * The call waits in this tab's `sessionStorage`: method, path, headers and a text as body, never a token. A call with another body is not kept;
 * its 403 is the answer. The API has to let the page read `WWW-Authenticate` (CORS).
 *
 * @param scopes what the calls need, besides `openid email profile`
 * @throws {TypeError} when `scopes` is no list of scopes
 * @throws {Error} outside a `GoogleSessionProvider`
 */
export function useStepUp(scopes: readonly string[], options: StepUpOptions = {}): ApiFetch {
  const scope = readScopes(scopes).join(' ');
  const { tokens } = useApi('useStepUp');
  const apiFetch = useApiFetch(options);
  const asker = useId();
  const listeners = useRef(options);
  useEffect(() => {
    listeners.current = options;
  });
  useEffect(() => {
    const takeUp = (pending: PendingCall): void => {
      forgetCall();
      const { method, path } = pending;
      resume(apiFetch, tokens, pending).then(
        (response) => response && listeners.current.onResumed?.(response, { method, path }),
        (error) => listeners.current.onResumeFailed?.(error, { method, path }),
      );
    };
    const pending = pendingCall(scope);
    if (pending === undefined) return;
    if (pending.asker === asker) return takeUp(pending);
    // If whoever made it is not on the page any more, another one with these scopes gets the answer.
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const takeUpLater = (): void => {
      const still = pendingCall(scope);
      if (still !== undefined) takeUp(still);
    };
    const wait = (): void => {
      if (!isOver) timer = setTimeout(takeUpLater, ASKER_COMES_WITHIN_MS);
    };
    tokens.current().then(wait, () => undefined);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [apiFetch, tokens, scope, asker]);
  return useMemo(() => stepUpFetch(apiFetch, tokens, scope, asker), [apiFetch, tokens, scope, asker]);
}
