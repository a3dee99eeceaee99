'use client';

import { useStepUp } from 'next-auth-google-bearer/react';
import { type ReactNode, useState } from 'react';
import { explain, type Outcome, readOutcome } from '../calls/outcome.ts';
import type { Calls } from '../calls/use-calls.ts';
import type { OneAtATime } from '../calls/use-one-at-a-time.ts';
import { Action, Actions } from './action.tsx';
import { AllowCalendar } from './allow-calendar.tsx';
import { calendarResult } from './calendar.tsx';
import { Panel } from './panel.tsx';
import type { Result } from './result.ts';
import type { useUser } from './use-user.ts';

const CALENDAR = '/api/calendar/events';
const CALENDAR_SCOPES = ['https://www.googleapis.com/auth/calendar.readonly'];

const NOT_ALLOWED = 'Needs one more permission. You are asked for it only now.';
const ALLOWED = 'Needs one more permission, which you have given.';

/** Calls that anybody may make who is signed in. */
export function TryIt(props: {
  readonly calls: Calls;
  readonly tasks: OneAtATime;
  readonly load: ReturnType<typeof useUser>['load'];
}): ReactNode {
  const { calls, tasks, load } = props;
  const [resumed, setResumed] = useState<Result>();
  const [isAllowed, setIsAllowed] = useState(false);
  const stepUp = useStepUp(CALENDAR_SCOPES, {
    onResponse: calls.heard,
    // Somebody is back from Google, and the call was made again.
    onResumed: (response) => void readOutcome(response).then((outcome) => setResumed(resultOf(outcome))),
    onResumeFailed: () => setResumed({ tone: 'bad', text: explain({ kind: 'unreached' }) }),
  });

  async function callTheApi(): Promise<Result> {
    const outcome = await load();
    if (outcome.kind !== 'ok') return { tone: 'bad', text: explain(outcome) };
    return { tone: 'good', text: 'The API accepted the token, and answered with your record.' };
  }

  async function readMyCalendar(): Promise<Result> {
    setResumed(undefined);
    return resultOf(await calls.callApi('GET', CALENDAR));
  }

  function resultOf(outcome: Outcome): Result {
    const isMissing = outcome.kind === 'refused' && outcome.missingScopes.length > 0;
    if (outcome.kind === 'ok' || isMissing) setIsAllowed(!isMissing);
    if (outcome.kind === 'ok') return calendarResult(outcome.body);
    if (!isMissing) return { tone: 'bad', text: explain(outcome) };
    return { tone: 'calm', text: <AllowCalendar stepUp={() => stepUp(CALENDAR)} /> };
  }

  return (
    <Panel title="Try it" source="components/try-it.tsx">
      <Actions>
        <Action
          name="Call the API"
          what="Sends the access token, and gets your record."
          tasks={tasks}
          task={callTheApi}
        />
        <Action
          name="Read my calendar"
          what={isAllowed ? ALLOWED : NOT_ALLOWED}
          tasks={tasks}
          task={readMyCalendar}
          resumed={resumed}
        />
      </Actions>
    </Panel>
  );
}
