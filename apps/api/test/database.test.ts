import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { openSqliteUserStore } from '../src/users/database.ts';
import { startProcess } from './support/process.ts';

t.test('opening twice at once, and again later, migrates once', async (t) => {
  const path = join(t.testdir(), 'users.db');
  const stores = await Promise.all([openSqliteUserStore(path), openSqliteUserStore(path), openSqliteUserStore(path)]);
  await Promise.all(stores.map((store) => store.ping()));
  await stores[0]?.signIn({ id: '1', email: 'a@example.com' });
  t.match(await stores[1]?.find('1'), { email: 'a@example.com', name: null });
  await Promise.all(stores.map((store) => store.close()));
  const later = await openSqliteUserStore(path);
  t.match(await later.find('1'), { id: '1' });
  await later.close();
  const sqlite = new Database(path, { readonly: true });
  t.teardown(() => sqlite.close());
  t.equal(sqlite.prepare('SELECT count(*) FROM kysely_migration').pluck().get(), 1);
  t.equal(sqlite.pragma('journal_mode', { simple: true }), 'wal');
});

t.test('processes that start at once on one folder do not get in each other’s way', async (t) => {
  const env = { GOOGLE_CLIENT_ID: 'x', DATA_DIR: join(t.testdir(), 'data') };
  const apis = await Promise.all([1, 2, 3, 4].map(() => startProcess(t, env)));
  for (const { url } of apis) t.equal((await fetch(`${url}/readyz`)).status, 200);
  for (const api of apis) t.match(await api.end('SIGTERM'), { code: 0 });
});

t.test('a statement that fails changes nothing, and a closed store says so', async (t) => {
  const store = await openSqliteUserStore(join(t.testdir(), 'users.db'));
  await store.signIn({ id: '1', email: 'a@example.com', name: 'A' });
  await store.close();
  await t.rejects(store.find('1'), { code: 'ERR_DATABASE_UNAVAILABLE', statusCode: 503 });
  await t.rejects(store.ping(), { code: 'ERR_DATABASE_UNAVAILABLE' });
});
