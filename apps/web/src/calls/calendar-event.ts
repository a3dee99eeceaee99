import { membersOf } from './members.ts';

/** An event, as `GET /api/calendar/events` lists it. */
export interface CalendarEvent {
  readonly id: string;
  readonly summary: string | null;
  /** RFC 3339, or a date alone when it lasts whole days. */
  readonly start: string;
}

/** @returns undefined when the answer is not such a list */
export function readCalendarEvents(body: unknown): readonly CalendarEvent[] | undefined {
  const list = membersOf(body).get('events');
  if (!Array.isArray(list)) return undefined;
  const events = list.map(readEvent).filter((event) => event !== undefined);
  return events.length === list.length ? events : undefined;
}

function readEvent(value: unknown): CalendarEvent | undefined {
  const members = membersOf(value);
  const id = members.get('id');
  const start = members.get('start');
  const summary = members.get('summary');
  if (typeof id !== 'string' || typeof start !== 'string') return undefined;
  return { id, start, summary: typeof summary === 'string' ? summary : null };
}
