import t from 'tap';
import { isMissingScope, readEvents } from '../src/calendar/events.ts';
import { errorOf, startApi } from './support/api.ts';
import type { Google } from './support/secrets.ts';

const SCOPE = 'https://www.googleapis.com/auth/calendar.readonly';
const PATH = '/calendar/v3/calendars/primary/events';
const events = { method: 'GET', url: '/api/calendar/events' } as const;
const calendarToken = (google: Google): string => google.mintToken({ scopes: ['openid', SCOPE] });

t.test('the caller’s own events, reduced to what is needed', async (t) => {
  const { as, google } = await startApi(t);
  const response = await as(calendarToken(google), events);
  t.equal(response.statusCode, 200);
  const body = response.json();
  t.ok(body.events.length > 0);
  for (const event of body.events) {
    t.strictSame(Object.keys(event).sort(), ['end', 'htmlLink', 'id', 'start', 'summary']);
  }
  const [call] = google.calls.filter(({ path }) => path === PATH);
  t.match(call, { method: 'GET', tokenForm: 'header' });
});

t.test('without the scope nobody asks Google', async (t) => {
  const { as, google } = await startApi(t);
  const response = await as(google.mintToken(), events);
  t.match(errorOf(response), { status: 403, code: 'ERR_TOKEN_SCOPE' });
  t.match(response.headers['www-authenticate'], `scope="${SCOPE}"`);
  t.equal(google.calls.count(PATH), 0);
});

t.test('Google’s own no is passed on', async (t) => {
  const { as, google } = await startApi(t);
  const token = calendarToken(google);
  google.faults.set({ path: PATH, kind: 'status', status: 401 });
  const unknown = await as(token, events);
  t.match(errorOf(unknown), { status: 401, code: 'ERR_TOKEN_INVALID' });
  t.match(unknown.headers['www-authenticate'], /error="invalid_token"/);
  const body = { error: { code: 403, errors: [{ reason: 'insufficientPermissions' }] } };
  google.faults.set({ path: PATH, kind: 'status', status: 403, body });
  const forbidden = await as(token, events);
  t.match(errorOf(forbidden), { status: 403, code: 'ERR_TOKEN_SCOPE' });
  t.match(forbidden.headers['www-authenticate'], /error="insufficient_scope"/);
});

const outages = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 403, body: { error: { code: 403, errors: [{ reason: 'rateLimitExceeded' }] } } },
  { kind: 'status', status: 200, body: { items: 'none' } },
  { kind: 'status', status: 200, body: `{"items":["${'x'.repeat(1024 * 1024)}"]}` },
  { kind: 'html' },
  { kind: 'html', status: 200 },
  { kind: 'reset' },
  { kind: 'truncated' },
  { kind: 'redirect', location: 'http://127.0.0.1:1/steal' },
  { kind: 'hang' },
] as const;

for (const fault of outages) {
  t.test(`when Google answers with ${JSON.stringify(fault).slice(0, 90)}, it is 503`, async (t) => {
    const { as, google } = await startApi(t);
    google.faults.set({ ...fault, path: PATH });
    const response = await as(calendarToken(google), events);
    t.match(errorOf(response), { status: 503, code: 'ERR_GOOGLE_UNAVAILABLE' });
    t.match(response.headers['retry-after'], /^\d+$/);
    t.notOk(response.headers['www-authenticate']);
    t.equal(google.calls.count(PATH), 1);
  });
}

t.test('nothing in Google’s answer is trusted', async (t) => {
  const start = { dateTime: '2026-11-23T09:00:00+01:00' };
  const end = { date: '2026-11-24' };
  t.strictSame(
    readEvents({ items: [{ id: 'a', start, end, summary: 5, htmlLink: 'javascript:alert(1)', secret: 1 }] }),
    [{ id: 'a', summary: null, start: start.dateTime, end: end.date, htmlLink: null }],
  );
  const broken = [null, 'x', {}, { id: 'a' }, { id: 'a', start, end: { dateTime: 'tomorrow' } }, { id: 1, start, end }];
  t.strictSame(readEvents({ items: broken }), []);
  for (const body of [undefined, null, 'x', [], {}, { items: {} }]) t.equal(readEvents(body), undefined);
});

t.test('a 403 is about scopes only when it says so', async (t) => {
  t.ok(isMissingScope({ error: { errors: [{ reason: 'insufficientPermissions' }] } }));
  t.ok(isMissingScope({ error: { details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }] } }));
  for (const body of [
    undefined,
    null,
    'x',
    {},
    { error: 'x' },
    { error: { errors: [null, { reason: 'accessNotConfigured' }] } },
  ]) {
    t.notOk(isMissingScope(body));
  }
});
