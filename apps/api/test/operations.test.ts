import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import t from 'tap';
import { startApi } from './support/api.ts';
import { onEachDatabase } from './support/databases.ts';
import { GRACE } from './support/secrets.ts';

const test = onEachDatabase(t);
const CALENDAR = 'https://www.googleapis.com/auth/calendar.readonly';

test('alive and ready', async (t, database) => {
  const { app } = await startApi(t, database.env);
  const health = await app.inject('/healthz');
  t.equal(health.statusCode, 200);
  t.strictSame(health.json(), { status: 'ok' });
  const ready = await app.inject('/readyz');
  t.equal(ready.statusCode, 200);
  t.strictSame(ready.json(), { status: 'ready', checks: { database: 'ok', revocations: 'ok' } });
});

test('not ready while the user database fails, and alive even so', async (t, database) => {
  const { app } = await startApi(t, database.env);
  await database.query('ALTER TABLE users RENAME TO people');
  const response = await app.inject('/readyz');
  t.equal(response.statusCode, 503);
  t.strictSame(response.json(), { status: 'not ready', checks: { database: 'failing', revocations: 'ok' } });
  t.equal((await app.inject('/healthz')).statusCode, 200);
  await database.query('ALTER TABLE people RENAME TO users');
  t.equal((await app.inject('/readyz')).statusCode, 200, 'ready again once it is mended');
});

t.test('not ready when somebody has taken the users’ file away: what is written then is lost', async (t) => {
  const { app, as, google, dataDir } = await startApi(t);
  renameSync(join(dataDir, 'users.db'), join(dataDir, 'elsewhere.db'));
  t.match((await app.inject('/readyz')).json(), { checks: { database: 'failing' } });
  const signIn = await as(google.mintToken(), { method: 'POST', url: '/api/user' });
  t.equal(signIn.statusCode, 503, 'nothing is acknowledged');
});

t.test('not ready while the revocations cannot be confirmed, and no token passes', async (t) => {
  const { app, as, google, dataDir } = await startApi(t, { MAX_STALENESS_MS: '300' });
  const token = google.mintToken();
  // A busy machine can be late with its view already here.
  await eventually('an accepted token', async () => (await as(token, { url: '/api/user' })).statusCode === 404);
  renameSync(join(dataDir, 'revocations.db'), join(dataDir, 'elsewhere.db'));
  await eventually('the API not to be ready', async () => (await app.inject('/readyz')).statusCode === 503);
  t.strictSame((await app.inject('/readyz')).json(), {
    status: 'not ready',
    checks: { database: 'ok', revocations: 'failing' },
  });
  const refused = await as(token, { url: '/api/user' });
  t.equal(refused.statusCode, 503);
  t.equal(refused.json().code, 'ERR_REVOCATIONS_STALE');
  const revocation = await as(token, { method: 'DELETE', url: '/api/token' });
  t.equal(revocation.statusCode, 503);
});

t.test('metrics count by route template, and name nobody', async (t) => {
  const { app, as, google } = await startApi(t);
  const token = google.mintToken({ scopes: ['openid', 'email', CALENDAR] });
  await as(token, { method: 'POST', url: '/api/user' });
  await as(token, { url: '/api/user' });
  await as(token, { url: '/api/calendar/events' });
  await as(google.mintToken({ user: GRACE.email }), { url: '/admin/revocations' });
  await as(token, { method: 'DELETE', url: '/api/token' });
  await as(token, { url: '/api/user' });
  for (const url of [`/${token}`, '/api/user/ada@example.com', `/nope?access_token=${token}`]) await app.inject(url);
  const response = await app.inject('/metrics');
  t.equal(response.statusCode, 200);
  t.match(response.headers['content-type'], /^text\/plain/);
  const text = response.body;
  t.strictSame(google.leaks([text]), []);
  for (const line of [
    'http_requests_total{method="POST",route="/api/user",status="201"} 1',
    'http_requests_total{method="GET",route="/api/user",status="401"} 1',
    'http_requests_total{method="GET",route="(unmatched)",status="404"} 3',
    'http_request_duration_seconds_count{method="GET",route="/api/calendar/events",status="200"} 1',
    'google_bearer_lookups_started_total 2',
    'google_bearer_revoked_tokens 1',
    'google_bearer_revocations_ready 1',
    'google_bearer_circuit 0',
  ]) {
    t.ok(text.includes(`${line}\n`), line);
  }
  t.match(text, /^process_cpu_user_seconds_total /m);
  const again = (await app.inject('/metrics')).body;
  t.match(again, /^google_bearer_lookups_started_total 2$/m, 'reading does not count up');
});

t.test('two instances in one process count apart', async (t) => {
  const first = await startApi(t);
  const second = await startApi(t, {}, { google: first.google, dataDir: join(t.testdir(), 'other') });
  await first.app.inject('/healthz');
  t.notMatch((await second.app.inject('/metrics')).body, /route="\/healthz"/);
});
