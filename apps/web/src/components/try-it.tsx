'use client';

import type { ReactNode } from 'react';
import { type CalendarEvent, readCalendarEvents } from '../calls/calendar-event.ts';
import { explain } from '../calls/outcome.ts';
import type { Calls } from '../calls/use-calls.ts';
import type { OneAtATime } from '../calls/use-one-at-a-time.ts';
import { Action, Actions, type Result } from './action.tsx';
import { AllowCalendar } from './allow-calendar.tsx';
import type { useUser } from './use-user.ts';

const UNEXPECTED: Result = { tone: 'bad', text: 'The API accepted the call, but gave an unexpected answer.' };

/** The buttons that tell the story. */
export function TryIt(props: {
  readonly calls: Calls;
  readonly tasks: OneAtATime;
  readonly load: ReturnType<typeof useUser>['load'];
}): ReactNode {
  const { calls, tasks, load } = props;

  async function callTheApi(): Promise<Result> {
    const outcome = await load();
    if (outcome.kind !== 'ok') return { tone: 'bad', text: explain(outcome) };
    return { tone: 'good', text: 'The API accepted the token, and answered with the record above.' };
  }

  async function readMyCalendar(): Promise<Result> {
    const outcome = await calls.callApi('GET', '/api/calendar/events');
    if (outcome.kind === 'refused' && outcome.missingScopes.length > 0) {
      return { tone: 'bad', text: <AllowCalendar scopes={outcome.missingScopes} /> };
    }
    if (outcome.kind !== 'ok') return { tone: 'bad', text: explain(outcome) };
    const events = readCalendarEvents(outcome.body);
    return events === undefined ? UNEXPECTED : { tone: 'good', text: <Events events={events} /> };
  }

  async function tokenLeaked(): Promise<Result> {
    const revoked = await calls.callApi('DELETE', '/api/token');
    if (revoked.kind !== 'ok') return { tone: 'bad', text: `The token is not revoked. ${explain(revoked)}` };
    const next = await load();
    if (next.kind !== 'ok') return { tone: 'bad', text: `The API refuses the token from now on. ${explain(next)}` };
    if (next.refusal === undefined) {
      return { tone: 'good', text: 'The API refuses that token from now on. By the next call a fresh one was there.' };
    }
    return {
      tone: 'good',
      text:
        `The next call with that token was refused (${next.refusal}). Google gave a fresh one, and the same call went ` +
        'through. You did not have to sign in again.',
    };
  }

  return (
    <Actions title="Try it">
      <Action
        name="Call the API"
        what="Sends the access token, and gets your record."
        tasks={tasks}
        task={callTheApi}
      />
      <Action
        name="Read my calendar"
        what="Needs one more permission, which you are asked for only now."
        tasks={tasks}
        task={readMyCalendar}
      />
      <Action
        name="My token leaked"
        what="Has the API refuse this one token, and calls again."
        tasks={tasks}
        task={tokenLeaked}
      />
    </Actions>
  );
}

function Events({ events }: { readonly events: readonly CalendarEvent[] }): ReactNode {
  if (events.length === 0) return 'The API asked Google with your token: nothing is coming up.';
  return (
    <>
      <p>The API asked Google with your token. What comes next:</p>
      <ul>
        {events.map(({ id, start, summary }) => (
          <li key={id}>
            <time dateTime={start}>{formatStart(start)}</time> {summary ?? '(no title)'}
          </li>
        ))}
      </ul>
    </>
  );
}

/** A date alone is a day, whatever the time zone of the reader. */
function formatStart(start: string): string {
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  if (!start.includes('T')) return new Date(start).toLocaleDateString('en-GB', { ...day, timeZone: 'UTC' });
  return new Date(start).toLocaleString('en-GB', { ...day, hour: '2-digit', minute: '2-digit' });
}
