'use client';

import { ApiTimeoutError, SessionUnavailableError, useApiFetch } from 'next-auth-google-bearer/react';
import { useRef, useState } from 'react';
import { formatChallenge, readChallenge } from './challenge.ts';
import { type Outcome, readOutcome } from './outcome.ts';

/** One request that was sent, for the list of the last ones. */
export interface CallRecord {
  readonly id: number;
  /** ms since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** undefined: no answer came. */
  readonly status: number | undefined;
  readonly reason: string | undefined;
}

/** Ways to make calls, and what became of the last ones. One call at a time. */
export interface Calls {
  /** The newest first. */
  readonly records: readonly CallRecord[];
  /** Calls the API. `refusal` says why an attempt before the last one was refused. */
  callApi(method: string, path: string): Promise<Outcome & { readonly refusal: string | undefined }>;
  /** Calls this site itself. */
  callSite(method: string, path: string, body: object): Promise<Outcome>;
}

const KEPT = 8;

/** Calls the API with the access token, by `useApiFetch`, and keeps a record of every attempt. */
export function useCalls(): Calls {
  const { records, add, amend } = useRecords();
  const refusals = useRef<(string | undefined)[]>([]);

  // The lines to copy are this one and `await apiFetch('/api/user')`; onResponse only feeds the list on the page.
  const apiFetch = useApiFetch({
    onResponse({ method, path, status, headers }) {
      const challenge = readChallenge(headers);
      const reason = challenge && formatChallenge(challenge);
      if (status === 401) refusals.current.push(reason ?? 'no reason was given');
      add({ method, path, status, reason });
    },
  });

  async function finish(method: string, path: string, response: Promise<Response>): Promise<Outcome> {
    try {
      const outcome = await readOutcome(await response);
      if (outcome.kind === 'refused') amend(outcome.reason);
      return outcome;
    } catch (error) {
      if (error instanceof SessionUnavailableError) return { kind: 'no-session' };
      // What fetch throws when nobody answers, or not in time; anything else means that there was no token to send.
      if (!(error instanceof TypeError || error instanceof ApiTimeoutError)) return { kind: 'signed-out' };
      add({ method, path, status: undefined, reason: undefined });
      return { kind: 'unreached' };
    }
  }

  return {
    records,
    async callApi(method, path) {
      refusals.current = [];
      const outcome = await finish(method, path, apiFetch(path, { method }));
      const given = outcome.kind === 'ok' ? refusals.current : refusals.current.slice(0, -1);
      return { ...outcome, refusal: given[0] };
    },
    callSite: (method, path, body) => {
      const response = fetch(path, { method, body: JSON.stringify(body) }).then((answer) => {
        add({ method, path, status: answer.status, reason: undefined });
        return answer;
      });
      return finish(method, path, response);
    },
  };
}

function useRecords() {
  const [records, setRecords] = useState<readonly CallRecord[]>([]);
  const lastId = useRef(0);
  return {
    records,
    add: (call: Omit<CallRecord, 'id' | 'at'>): void => {
      lastId.current += 1;
      const record = { ...call, id: lastId.current, at: Date.now() };
      setRecords((before) => [record, ...before].slice(0, KEPT));
    },
    /** The reason may stand in the body, which comes after the headers. */
    amend: (reason: string | undefined): void => {
      setRecords(([newest, ...older]) => (newest === undefined ? [] : [{ ...newest, reason }, ...older]));
    },
  };
}
