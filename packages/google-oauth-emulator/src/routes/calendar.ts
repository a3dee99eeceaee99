import { type Answer, json, Refusal } from '../http/answer.ts';
import { presentedToken } from '../http/presented-token.ts';
import type { EmulatorRequest } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { accountNumber } from '../random.ts';
import { CALENDAR_SCOPES } from '../scopes.ts';
import type { State } from '../state.ts';

const REALM = 'Bearer realm="https://accounts.google.com/"';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Title, days from today, hour of the day (UTC) and hours it lasts. */
const PLAN: readonly (readonly [summary: string, day: number, hour: number, hours: number])[] = [
  ['Stand-up', 0, 9, 0.25],
  ['Design review', 0, 14, 1],
  ['Stand-up', 1, 9, 0.25],
  ['Lunch with Grace', 1, 12, 1],
  ['Release planning', 2, 10, 2],
  ['Dentist', 5, 16, 0.5],
];

/** Google Calendar API v3, `events.list`: an API that takes the access token, to try calls on the user's behalf. */
export const calendarRoutes: readonly Route[] = [
  { method: 'GET', path: '/calendar/v3/calendars/primary/events', handle: listEvents },
];

function listEvents(request: EmulatorRequest, state: State): Answer {
  const presented = presentedToken(request, ['access_token']);
  const token = presented === undefined ? undefined : state.tokens.liveAccess(presented.value);
  if (token === undefined) throw unauthenticated(presented !== undefined);
  if (!token.scopes.some((scope) => CALENDAR_SCOPES.includes(scope))) throw insufficientScope();
  const most = readCount(request.query.get('maxResults'));
  const from = readTime('timeMin', request.query.get('timeMin')) ?? Number.NEGATIVE_INFINITY;
  const to = readTime('timeMax', request.query.get('timeMax')) ?? Number.POSITIVE_INFINITY;
  const owner = token.holder.kind === 'user' ? token.holder.user.email : token.holder.email;
  const items = plannedEvents(state.clock.now(), owner).filter(
    ({ start, end }) => Date.parse(end.dateTime) > from && Date.parse(start.dateTime) < to,
  );
  return json(200, {
    kind: 'calendar#events',
    etag: `"${accountNumber(owner)}"`,
    summary: owner,
    updated: new Date(state.clock.now()).toISOString(),
    timeZone: 'UTC',
    accessRole: 'owner',
    defaultReminders: [{ method: 'popup', minutes: 10 }],
    items: items.slice(0, most),
  });
}

interface CalendarEvent {
  readonly start: { readonly dateTime: string; readonly timeZone: string };
  readonly end: { readonly dateTime: string; readonly timeZone: string };
}

function plannedEvents(nowMs: number, owner: string): CalendarEvent[] {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return PLAN.map(([summary, day, hour, hours]) => {
    const start = today + day * DAY_MS + hour * HOUR_MS;
    const id = `emulator${accountNumber(`${owner} ${summary} ${start}`)}`;
    return {
      kind: 'calendar#event',
      etag: `"${accountNumber(id)}"`,
      id,
      status: 'confirmed',
      htmlLink: `https://www.google.com/calendar/event?eid=${id}`,
      created: new Date(today - 7 * DAY_MS).toISOString(),
      updated: new Date(today - 7 * DAY_MS).toISOString(),
      summary,
      creator: { email: owner, self: true },
      organizer: { email: owner, self: true },
      start: { dateTime: rfc3339(start), timeZone: 'UTC' },
      end: { dateTime: rfc3339(start + hours * HOUR_MS), timeZone: 'UTC' },
      iCalUID: `${id}@google.com`,
      sequence: 0,
      reminders: { useDefault: true },
      eventType: 'default',
    };
  });
}

/** Without milliseconds, as Google writes event times. */
function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function readCount(value: string | null): number {
  if (value === null) return 250;
  const count = Number(value);
  if (!/^\d+$/.test(value) || count < 1) throw badRequest('maxResults');
  return Math.min(count, 2500);
}

/** RFC 3339 with a time zone, as the API demands. */
function readTime(name: string, value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = Date.parse(value);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) || Number.isNaN(ms)) {
    throw badRequest(name);
  }
  return ms;
}

function badRequest(parameter: string): Refusal {
  const message = 'Bad Request';
  const errors = [{ message, domain: 'global', reason: 'badRequest', location: parameter, locationType: 'parameter' }];
  return new Refusal(json(400, { error: { code: 400, message, errors } }));
}

function unauthenticated(tokenCame: boolean): Refusal {
  const [problem, start, reason] = tokenCame
    ? ['Invalid Credentials', 'Request had invalid authentication credentials.', 'authError']
    : ['Login Required.', 'Request is missing required authentication credential.', 'required'];
  const message = `${start} Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.`;
  const errors = [{ message: problem, domain: 'global', reason, location: 'Authorization', locationType: 'header' }];
  const challenge = tokenCame ? `${REALM}, error="invalid_token"` : REALM;
  return new Refusal(
    json(401, { error: { code: 401, message, errors, status: 'UNAUTHENTICATED' } }, { 'www-authenticate': challenge }),
  );
}

function insufficientScope(): Refusal {
  const body = {
    error: {
      code: 403,
      message: 'Request had insufficient authentication scopes.',
      errors: [{ message: 'Insufficient Permission', domain: 'global', reason: 'insufficientPermissions' }],
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
          domain: 'googleapis.com',
          metadata: { service: 'calendar-json.googleapis.com', method: 'calendar.v3.Events.List' },
        },
      ],
    },
  };
  const challenge = `${REALM}, error="insufficient_scope", scope="${CALENDAR_SCOPES.join(' ')}"`;
  return new Refusal(json(403, body, { 'www-authenticate': challenge }));
}
