import { useEffect, useMemo, useRef } from 'react';
import { type ApiFetch, type ApiFetchOptions, apiFetch } from './calls/api-fetch.ts';
import { useApi } from './use-api.ts';

/**
 * A `fetch` for the API: adds `Authorization: Bearer`, and when the API refuses the access token (401) has it renewed once and
 * tries once more. The function stays the same between renderings.
 *
 * It rejects with `NotSignedInError` when there is no access token, with `SessionUnavailableError` when the session could not be read yet, with
 * `ApiTimeoutError` when the answer takes longer than `timeoutMs`, with the reason of the caller's `signal` when that is aborted, and, as `fetch`
 * does, with a `TypeError` when the API cannot be reached, or redirects. Any answer, also 401 and 503, is an answer.
 *
 * @throws {Error} outside a `GoogleSessionProvider`
 */
export function useApiFetch({ onResponse, timeoutMs }: ApiFetchOptions = {}): ApiFetch {
  const api = useApi('useApiFetch');
  const listener = useRef(onResponse);
  useEffect(() => {
    listener.current = onResponse;
  });
  return useMemo(
    () => apiFetch(api.apiUrl, api.tokens, { timeoutMs, onResponse: (call) => listener.current?.(call) }),
    [api, timeoutMs],
  );
}
