import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { type Api, errorOf, startApi } from './support/api.ts';
import { GRACE } from './support/secrets.ts';

const get = { method: 'GET', url: '/api/user' } as const;
const post = { method: 'POST', url: '/api/user' } as const;

/** An API whose tokens are all known, so that only the file of the users decides how long an answer takes. */
async function startWithTokens(t: Test): Promise<Api & { readonly ada: string; readonly grace: string }> {
  const api = await startApi(t);
  const [ada, grace] = [api.google.mintToken(), api.google.mintToken({ user: GRACE.email })];
  for (const token of [ada, grace]) t.equal((await api.as(token, post)).statusCode, 201);
  return { ...api, ada, grace };
}

/** Another program at the file. In WAL mode it can keep out who writes, but not who reads. */
function openAside(t: Test, dataDir: string): Database.Database {
  const other = new Database(join(dataDir, 'users.db'));
  t.teardown(() => other.close());
  return other;
}

t.test('sign-ins wait for the lock of another program while others are answered, and then all succeed', async (t) => {
  const { as, dataDir, ada, grace } = await startWithTokens(t);
  const other = openAside(t, dataDir);
  other.exec('BEGIN IMMEDIATE');
  const order: string[] = [];
  const signIns = Array.from({ length: 12 }, async () => {
    const { statusCode } = await as(ada, post);
    order.push('sign-in');
    return statusCode;
  });
  for (let i = 0; i < 12; i++) {
    t.equal((await as(grace, get)).statusCode, 200);
    order.push('read');
  }
  order.push('unlocked');
  other.exec('ROLLBACK');
  t.strictSame(await Promise.all(signIns), Array(12).fill(200));
  t.strictSame(order, [...Array(12).fill('read'), 'unlocked', ...Array(12).fill('sign-in')]);
  t.strictSame(other.prepare('SELECT sign_ins FROM users ORDER BY email').pluck().all(), [13, 1], 'none is lost');
});

t.test('a lock that outlasts the patience is a 503 for each, and the next sign-in is good', async (t) => {
  const { as, app, dataDir, ada, grace } = await startWithTokens(t);
  const other = openAside(t, dataDir);
  other.exec('BEGIN IMMEDIATE');
  const [deletion, ...signIns] = await Promise.all([
    as(grace, { method: 'DELETE', url: '/api/user' }),
    ...Array.from({ length: 11 }, () => as(ada, post)),
  ]);
  for (const response of [deletion, ...signIns]) {
    t.match(errorOf(response), { status: 503, code: 'ERR_DATABASE_UNAVAILABLE' });
    t.strictSame(Object.keys(response.json()).sort(), ['code', 'error', 'message', 'statusCode']);
    t.match(response.headers['retry-after'], /^\d+$/);
  }
  t.equal((await app.inject('/readyz')).statusCode, 200, 'reading goes on');
  other.exec('ROLLBACK');
  t.equal((await as(ada, post)).statusCode, 200);
  t.equal((await as(grace, get)).statusCode, 200);
});
