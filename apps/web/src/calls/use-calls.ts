'use client';

import { type ApiCall, SessionUnavailableError, useApiFetch } from 'next-auth-google-bearer/react';
import { useRef } from 'react';
import { formatChallenge, readChallenge } from './challenge.ts';
import { type Outcome, readOutcome } from './outcome.ts';
import type { CallRecord } from './record.ts';
import { readTokenSource } from './token-source.ts';
import type { Records } from './use-records.ts';

/** How long a call may take, in ms: somebody is watching. */
export const PATIENCE_MS = 10_000;

/** Ways to make calls. One call at a time. */
export interface Calls {
  /** Calls the API. `refusal` says why an attempt before the last one was refused. */
  callApi(method: string, path: string, body?: object): Promise<Outcome & { readonly refusal: string | undefined }>;
  /** Calls this site itself. */
  callSite(method: string, path: string, body: object): Promise<Outcome>;
  /** Keeps a record of an answer to a call that was made by another way. Returns the number of its line. */
  heard(call: ApiCall): number;
}

/**
 * Calls the API with the access token, by `useApiFetch`, and keeps a record of every attempt.
 *
 * @param onAnswer told of every answer of the API; `why`: why it refuses the token, in its own words. Says whether it refuses a token that
 *   came in place of a refused one
 */
export function useCalls(records: Records, onAnswer?: (call: ApiCall, why: string | undefined) => boolean): Calls {
  const refusals = useRef<(string | undefined)[]>([]);
  /** What the call under way sends. */
  const sent = useRef<string>(undefined);
  /** Whether the last answer refuses a token that came in place of a refused one. */
  const isAgain = useRef(false);
  const line = useRef(0);

  function heard(call: ApiCall): number {
    const { method, path, status, headers, durationMs, accessToken } = call;
    const challenge = readChallenge(headers);
    const reason = challenge && formatChallenge(challenge);
    const source = readTokenSource(headers);
    const responseHeaders = [...headers];
    if (status === 401) refusals.current.push(reason ?? 'no reason was given');
    isAgain.current = onAnswer?.(call, challenge?.description) === true;
    // Another call than ours has none.
    const body = method === 'GET' ? undefined : sent.current;
    const record = { method, path, body, status, reason, durationMs, source, responseHeaders };
    line.current = records.add({ kind: 'call', to: 'api', ...record }, accessToken);
    return line.current;
  }

  // The lines to copy are this one and `await apiFetch('/api/user')`; onResponse only feeds the list on the page.
  const apiFetch = useApiFetch({ onResponse: heard });

  async function finish(call: Sent, response: Promise<Response>): Promise<Outcome> {
    try {
      const outcome = await readOutcome(await response, call.to === 'api' && isAgain.current);
      // The reason may stand in the body, which comes after the headers.
      if (outcome.kind === 'refused') records.amend(line.current, { reason: outcome.reason, code: outcome.code });
      return outcome;
    } catch (error) {
      const failure = failureOf(error);
      const wasSent = failure.kind === 'unreached' || failure.kind === 'silent';
      if (wasSent) records.add({ kind: 'call', ...call, status: undefined, reason: whyNone[failure.kind] });
      return failure;
    }
  }

  return {
    heard,
    async callApi(method, path, body) {
      refusals.current = [];
      sent.current = body && JSON.stringify(body);
      const init = sent.current && { body: sent.current, headers: { 'content-type': 'application/json' } };
      // Not `timeoutMs`, which ends when the answer begins: this holds for its body too.
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const call = { method, path, body: sent.current, to: 'api' } as const;
      const outcome = await finish(call, apiFetch(path, { method, signal, ...init }));
      const given = outcome.kind === 'ok' ? refusals.current : refusals.current.slice(0, -1);
      return { ...outcome, refusal: given[0] };
    },
    callSite: (method, path, members) => {
      const body = JSON.stringify(members);
      const call = { method, path, body, to: 'site' } as const;
      const sentAt = performance.now();
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const response = fetch(path, { method, body, signal }).then((answer) => {
        const durationMs = performance.now() - sentAt;
        const responseHeaders = [...answer.headers];
        line.current = records.add({ kind: 'call', ...call, status: answer.status, durationMs, responseHeaders });
        return answer;
      });
      return finish(call, response);
    },
  };
}

type Sent = Pick<CallRecord, 'method' | 'path' | 'body' | 'to'>;

const whyNone = { unreached: 'no connection', silent: 'no answer in time' } as const;

function failureOf(error: unknown): Exclude<Outcome, { kind: 'ok' | 'refused' }> {
  if (error instanceof SessionUnavailableError) return { kind: 'no-session' };
  if (error instanceof DOMException && error.name === 'TimeoutError') return { kind: 'silent', afterMs: PATIENCE_MS };
  // What fetch throws when nobody answers; anything else means that there was no token to send.
  return error instanceof TypeError ? { kind: 'unreached' } : { kind: 'signed-out' };
}
