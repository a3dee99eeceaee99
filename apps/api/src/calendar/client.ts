import { TokenRefusedError } from 'google-bearer';
import { Pool } from 'undici';
import { ApiError } from '../errors.ts';
import { type CalendarEvent, isMissingScope, readEvents } from './events.ts';

/** The scope that reading events takes. */
export const CALENDAR_SCOPE = 'https://www.googleapis.com/auth/calendar.readonly';

const GOOGLE = 'https://www.googleapis.com';
const DEADLINE_MS = 5_000;
/** Ten events with long descriptions and many guests fit in. */
const MAX_REPLY_BYTES = 1024 * 1024;

/** Google Calendar, asked on behalf of whoever holds a token. */
export interface CalendarClient {
  /**
   * The next events of the user's own calendar.
   *
   * @throws {TokenRefusedError} `ERR_TOKEN_INVALID` or `ERR_TOKEN_SCOPE`, when Google says so
   * @throws {ApiError} `ERR_GOOGLE_UNAVAILABLE`, also for an answer that makes no sense
   */
  upcomingEvents(token: string): Promise<readonly CalendarEvent[]>;
  close(): Promise<void>;
}

/** @param base where Google is; default: the real one */
export function calendarClient(base: string = GOOGLE): CalendarClient {
  const { origin, pathname } = new URL(`${base}/calendar/v3/calendars/primary/events`);
  const pool = new Pool(origin, { connections: 32, maxResponseSize: MAX_REPLY_BYTES });
  return {
    async upcomingEvents(token) {
      const { statusCode, body } = await ask(pool, pathname, token).catch((cause: unknown) => {
        throw unavailable('Google Calendar cannot be reached', cause);
      });
      if (statusCode === 401) throw new TokenRefusedError('ERR_TOKEN_INVALID');
      if (statusCode === 403 && isMissingScope(body)) throw new TokenRefusedError('ERR_TOKEN_SCOPE', [CALENDAR_SCOPE]);
      const events = statusCode === 200 ? readEvents(body) : undefined;
      if (events === undefined) throw unavailable('Google Calendar gives no useful answer');
      return events;
    },
    close: () => pool.close(),
  };
}

/** Redirects are replies like any other: following one would hand the token to another host. */
async function ask(pool: Pool, path: string, token: string): Promise<{ statusCode: number; body: unknown }> {
  const reply = await pool.request({
    method: 'GET',
    path,
    query: { maxResults: '10', singleEvents: 'true', orderBy: 'startTime', timeMin: new Date().toISOString() },
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  return { statusCode: reply.statusCode, body: parse(await reply.body.text()) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unavailable(message: string, cause?: unknown): ApiError {
  return new ApiError(503, 'ERR_GOOGLE_UNAVAILABLE', message, { cause, retryAfterS: 5 });
}
