'use client';

import { useState } from 'react';
import { explain, type Outcome } from '../../calls/outcome.ts';
import { type RevocationView, readRevocationView } from '../../calls/revocation.ts';
import type { Calls } from '../../calls/use-calls.ts';
import type { Result } from '../result.ts';
import type { Order } from './order.ts';

/** What is known of the revocations. */
export type ViewState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly view: RevocationView }
  /** For administrators only. */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'failed'; readonly text: string };

/** The revocations, as the last call told them. */
export function useRevocations({ callApi }: Calls): {
  readonly state: ViewState;
  load(): Promise<void>;
  /** Carries an order out, and reads the list again. */
  carryOut(order: Order): Promise<Result>;
} {
  const [state, setState] = useState<ViewState>({ kind: 'unknown' });
  const load = async (): Promise<void> => setState(stateAfter(await callApi('GET', '/admin/revocations')));
  return {
    state,
    load,
    async carryOut(order) {
      const outcome = await callApi('POST', '/admin/revocations', order);
      if (outcome.kind !== 'ok') return { tone: 'bad', text: `Nothing has changed. ${explain(outcome)}` };
      // It may be about oneself: Google tells the time in whole seconds, and a token that is asked for at once would be refused as well.
      if ('subject' in order || 'everyone' in order) await new Promise((resolve) => setTimeout(resolve, 4000));
      await load();
      return { tone: 'good', text: 'Done, and stored. Every instance follows within seconds, or answers 503.' };
    },
  };
}

function stateAfter(outcome: Outcome): ViewState {
  if (outcome.kind === 'ok') {
    const view = readRevocationView(outcome.body);
    return view ? { kind: 'known', view } : { kind: 'failed', text: 'The API gave an unexpected answer.' };
  }
  const isForbidden = outcome.kind === 'refused' && outcome.code === 'ERR_NOT_ADMIN';
  return isForbidden ? { kind: 'forbidden' } : { kind: 'failed', text: explain(outcome) };
}
