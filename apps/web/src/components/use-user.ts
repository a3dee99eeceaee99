'use client';

import { useState } from 'react';
import { explain, type Outcome } from '../calls/outcome.ts';
import type { Calls } from '../calls/use-calls.ts';
import { readUser, type User } from '../calls/user.ts';

/** What is known of the record of the signed-in user. */
export type UserState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly user: User }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly text: string };

/** The record, as the last call told it. */
export function useUser({ callApi }: Calls): {
  readonly state: UserState;
  /** Reads it. `refusal` says why an attempt before the last one was refused. */
  load(): Promise<Outcome & { readonly refusal: string | undefined; readonly user: User | undefined }>;
  remove(): Promise<Outcome>;
} {
  const [state, setState] = useState<UserState>({ kind: 'unknown' });
  return {
    state,
    async load() {
      const outcome = await callApi('GET', '/api/user');
      const next = stateAfter(outcome);
      // What is known stays so; why it could not be read again is said where that was asked for.
      setState((before) => (before.kind === 'known' && next.kind === 'failed' ? before : next));
      return { ...outcome, user: next.kind === 'known' ? next.user : undefined };
    },
    async remove() {
      const outcome = await callApi('DELETE', '/api/user');
      if (outcome.kind === 'ok') setState({ kind: 'gone' });
      return outcome;
    },
  };
}

function stateAfter(outcome: Outcome): UserState {
  if (outcome.kind === 'ok') {
    const user = readUser(outcome.body);
    return user ? { kind: 'known', user } : { kind: 'failed', text: 'The API gave an unexpected answer.' };
  }
  if (outcome.kind === 'refused' && outcome.status === 404) return { kind: 'gone' };
  return { kind: 'failed', text: explain(outcome) };
}
