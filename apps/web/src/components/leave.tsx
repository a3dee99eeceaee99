'use client';

import { signOut } from 'next-auth/react';
import type { ReactNode } from 'react';
import type { Outcome } from '../calls/outcome.ts';
import { type Calls, PATIENCE_MS } from '../calls/use-calls.ts';
import { type OneAtATime, useOneAtATime } from '../calls/use-one-at-a-time.ts';
import { Action, Actions } from './action.tsx';
import { accountDeleted, type Farewell, signedOut, signedOutEverywhere } from './farewell.ts';
import { deleteRecord, endAccess, greetApi, refuseTokens, type Step, takeSteps } from './leaving-steps.ts';
import { Panel } from './panel.tsx';
import type { Result } from './result.ts';

/** The three ways to go. */
export function Leave(props: {
  readonly calls: Calls;
  readonly tasks: OneAtATime;
  /** Whose session the page shows. */
  readonly subject: string | undefined;
  /** Whether there is a token to call the API with; without one there is only one way to go. */
  readonly usable: boolean;
  /** Deletes the record. */
  readonly removeUser: () => Promise<Outcome>;
  /** Called before the session is ended, with what to say then; with undefined when it could not be. */
  readonly onLeaving: (farewell: Farewell | undefined) => void;
}): ReactNode {
  const { calls, tasks, subject, usable, removeUser, onLeaving } = props;
  // Signing out waits for nothing: an API that hangs must not keep anybody here.
  const alone = useOneAtATime();

  async function leave(steps: readonly Step[], farewell: Farewell): Promise<Result | undefined> {
    const failure = await takeSteps(calls, steps);
    if (failure !== undefined) return { tone: 'bad', text: failure };
    // Before: as soon as it has ended, all this is gone from the page.
    onLeaving(farewell);
    try {
      await within(PATIENCE_MS, signOut({ redirect: false }));
    } catch {
      onLeaving(undefined);
      return { tone: 'bad', text: 'This site could not be reached, so this browser is still signed in. Try again.' };
    }
    return undefined;
  }

  return (
    <Panel title="Leave" source="components/leave.tsx">
      <Actions>
        <Action
          name="Sign out"
          what="Forgets the session token, and with it the other two, in this browser."
          tasks={alone}
          task={() => leave([], signedOut)}
        />
        {usable && (
          <>
            <Action
              name="Sign out everywhere"
              what="Refuses your tokens on every device, and takes back this app's access at Google."
              tasks={tasks}
              task={() => leave([greetApi, endAccess(subject), refuseTokens], signedOutEverywhere)}
            />
            <Action
              name="Delete my account"
              what="Deletes your record, then signs you out everywhere."
              tasks={tasks}
              task={() => leave([deleteRecord(removeUser), endAccess(subject), refuseTokens], accountDeleted)}
              confirm={{
                title: 'Delete your account?',
                text: 'Your record at the API is deleted for good, you are signed out on every device, and this app loses its access to your Google account. Your Google account stays as it is.',
                yes: 'Yes, delete it',
                no: 'No, keep it',
              }}
            />
          </>
        )}
      </Actions>
    </Panel>
  );
}

/** @throws {Error} when it takes longer */
async function within(ms: number, task: Promise<unknown>): Promise<void> {
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer')), ms);
  await Promise.race([task, overdue]).finally(() => clearTimeout(timer));
}
