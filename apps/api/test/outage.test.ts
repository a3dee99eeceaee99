import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import Database from 'better-sqlite3';
import t from 'tap';
import { errorOf, startApi } from './support/api.ts';
import { onEachDatabase } from './support/databases.ts';

const test = onEachDatabase(t);
const get = { method: 'GET', url: '/api/user' } as const;
const post = { method: 'POST', url: '/api/user' } as const;

const faults = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429 },
  { kind: 'html' },
  { kind: 'reset' },
  { kind: 'hang' },
  { kind: 'truncated' },
  { kind: 'redirect', location: 'http://127.0.0.1:1/' },
] as const;

for (const fault of faults) {
  t.test(`when tokeninfo answers with ${JSON.stringify(fault)}, nobody is signed out`, async (t) => {
    const { as, google } = await startApi(t, { TOKENINFO_TIMEOUT_MS: '400' });
    const known = google.mintToken();
    // A busy machine can be late with this answer already.
    await eventually('a token that is known', async () => (await as(known, post)).statusCode === 201);
    google.faults.set({ ...fault, path: '/tokeninfo' });
    const unknown = google.mintToken();
    const response = await as(unknown, get);
    t.match(errorOf(response), { status: 503, code: 'ERR_TOKENINFO_UNAVAILABLE' });
    t.match(response.headers['retry-after'], /^\d+$/);
    t.notOk(response.headers['www-authenticate']);
    t.equal((await as(known, get)).statusCode, 200, 'a token known already goes on');
  });
}

t.test('once Google is back, the token that met the outage is good', async (t) => {
  const { as, google } = await startApi(t);
  const token = google.mintToken();
  google.faults.set({ path: '/tokeninfo', kind: 'status', status: 503 });
  t.equal((await as(token, post)).statusCode, 503);
  google.faults.clear();
  t.equal((await as(token, post)).statusCode, 201);
});

test('when the user database fails it is 503, and says nothing about why', async (t, database) => {
  const { as, google, lines } = await startApi(t, database.env);
  const token = google.mintToken();
  t.equal((await as(token, post)).statusCode, 201);
  await database.query('ALTER TABLE users RENAME TO people');
  for (const request of [get, post, { method: 'DELETE', url: '/api/user' } as const]) {
    const response = await as(token, request);
    t.match(errorOf(response), { status: 503, code: 'ERR_DATABASE_UNAVAILABLE' }, request.method);
    t.match(response.headers['retry-after'], /^\d+$/);
    t.notMatch(response.body, /SQLITE|42P01|table|users\.db|relation/i);
  }
  t.ok(
    lines.some((line) => /"code":"(SQLITE_ERROR|42P01)"/.test(line) && line.includes('"level":50')),
    'the log says why',
  );
  t.equal((await as(token, { method: 'DELETE', url: '/api/token' })).statusCode, 204, 'revoking goes on');
});

test('a mistake in a statement or a value is no outage but a 500', async (t, database) => {
  const { as, google, app } = await startApi(t, database.env);
  const token = google.mintToken();
  t.equal((await as(token, post)).statusCode, 201);
  await database.query('ALTER TABLE users RENAME COLUMN sign_ins TO visits');
  const response = await as(token, post);
  t.match(errorOf(response), { status: 500, code: 'ERR_INTERNAL' });
  t.notOk(response.headers['retry-after'], 'trying again would not help');
  t.equal((await app.inject('/readyz')).statusCode, 200);
});

test('when another program locks the user database, writing is 503 and reading goes on', async (t, database) => {
  const { as, google } = await startApi(t, database.env);
  const token = google.mintToken();
  t.equal((await as(token, post)).statusCode, 201);
  const unlock = await database.lock();
  t.match(errorOf(await as(token, post)), { status: 503, code: 'ERR_DATABASE_UNAVAILABLE' });
  t.equal((await as(token, get)).statusCode, 200);
  await unlock();
  t.equal((await as(token, post)).statusCode, 200);
});

t.test('when a revocation cannot be stored it is 503, and the token stays good', async (t) => {
  const { as, google, dataDir } = await startApi(t);
  const token = google.mintToken();
  t.equal((await as(token, post)).statusCode, 201);
  const other = new Database(join(dataDir, 'revocations.db'));
  t.teardown(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  const response = await as(token, { method: 'DELETE', url: '/api/token' });
  t.match(errorOf(response), { status: 503, code: 'ERR_REVOCATION_NOT_STORED' });
  t.match(response.headers['retry-after'], /^\d+$/);
  other.exec('ROLLBACK');
  t.equal((await as(token, get)).statusCode, 200);
  t.equal((await as(token, { method: 'DELETE', url: '/api/token' })).statusCode, 204);
});
