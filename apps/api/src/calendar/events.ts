/** An event, reduced to what this API passes on. */
export interface CalendarEvent {
  readonly id: string;
  readonly summary: string | null;
  /** RFC 3339 time, or a date alone for events that last whole days. */
  readonly start: string;
  readonly end: string;
  /** An https URL. */
  readonly htmlLink: string | null;
}

/**
 * Reads the answer of Google's `events.list`. Nothing in it is trusted; an event without id or times (a cancelled one) is
 * left out.
 *
 * @returns undefined when this is not such an answer
 */
export function readEvents(body: unknown): readonly CalendarEvent[] | undefined {
  const { items } = asRecord(body);
  return Array.isArray(items) ? items.map(readEvent).filter((event) => event !== undefined) : undefined;
}

function readEvent(item: unknown): CalendarEvent | undefined {
  const { id, summary, htmlLink, ...times } = asRecord(item);
  const start = readTime(times.start);
  const end = readTime(times.end);
  if (typeof id !== 'string' || start === undefined || end === undefined) return undefined;
  return {
    id,
    summary: typeof summary === 'string' ? summary : null,
    start,
    end,
    htmlLink: typeof htmlLink === 'string' && htmlLink.startsWith('https://') ? htmlLink : null,
  };
}

function readTime(value: unknown): string | undefined {
  const { dateTime, date } = asRecord(value);
  const time = dateTime ?? date;
  return typeof time === 'string' && /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(time) ? time : undefined;
}

/**
 * Whether a 403 of Google says that the token lacks a scope. Google also answers 403 when a quota is used up or the
 * Calendar API is not switched on in the project, for which the user can do nothing.
 */
export function isMissingScope(body: unknown): boolean {
  const { errors, details } = asRecord(asRecord(body).error);
  const reasons = [errors, details].flat().map((entry) => asRecord(entry).reason);
  return reasons.includes('insufficientPermissions') || reasons.includes('ACCESS_TOKEN_SCOPE_INSUFFICIENT');
}

/** The members of an object, as far as they are looked for; of anything else, none. */
function asRecord(value: unknown): Members {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Everything that is read of Google's answers. */
interface Members {
  readonly items?: unknown;
  readonly id?: unknown;
  readonly summary?: unknown;
  readonly htmlLink?: unknown;
  readonly start?: unknown;
  readonly end?: unknown;
  readonly dateTime?: unknown;
  readonly date?: unknown;
  readonly error?: unknown;
  readonly errors?: unknown;
  readonly details?: unknown;
  readonly reason?: unknown;
}
