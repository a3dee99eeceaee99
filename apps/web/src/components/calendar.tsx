import type { ReactNode } from 'react';
import { type CalendarEvent, readCalendarEvents } from '../calls/calendar-event.ts';
import type { Result } from './result.ts';

/** Says what an answer of the calendar holds. */
export function calendarResult(body: unknown): Result {
  const events = readCalendarEvents(body);
  if (events !== undefined) return { tone: 'good', text: <Events events={events} /> };
  return { tone: 'bad', text: 'The API accepted the call, but gave an unexpected answer.' };
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
