import t from 'tap';
import { onEachDatabase } from './support/databases.ts';
import { startProcess } from './support/process.ts';
import { startGoogle } from './support/secrets.ts';

const test = onEachDatabase(t);

test('opening many times at once, and again later, migrates once', async (t, database) => {
  const stores = await Promise.all(Array.from({ length: 12 }, () => database.open()));
  await Promise.all(stores.map((store) => store.ping()));
  await stores[0]?.signIn({ id: '1', email: 'a@example.com' });
  t.match(await stores[1]?.find('1'), { email: 'a@example.com', name: null });
  await Promise.all(stores.map((store) => store.close()));
  const later = await database.open();
  t.match(await later.find('1'), { id: '1' });
  await later.close();
  t.equal((await database.query('SELECT * FROM kysely_migration')).length, 1);
});

test('processes that start at once do not get in each other’s way, nor do first sign-ins in them', async (t, database) => {
  const USERS = 5;
  const SIGN_INS = 12;
  const users = Array.from({ length: USERS }, (_, i) => ({ email: `user${i}@example.com` }));
  const google = await startGoogle(t, { users });
  const env = { GOOGLE_CLIENT_ID: google.clientId, GOOGLE_EMULATOR_URL: google.url, ...database.env };
  const apis = await Promise.all([1, 2, 3].map(() => startProcess(t, env)));
  for (const { url } of apis) t.equal((await fetch(`${url}/readyz`)).status, 200);
  for (const { email } of users) {
    const authorization = `Bearer ${google.mintToken({ user: email })}`;
    const responses = await Promise.all(
      Array.from({ length: SIGN_INS }, (_, i) =>
        fetch(`${apis[i % apis.length]?.url}/api/user`, { method: 'POST', headers: { authorization } }),
      ),
    );
    t.strictSame(responses.map(({ status }) => status).sort(), [...Array(SIGN_INS - 1).fill(200), 201]);
    await Promise.all(responses.map((response) => response.body?.cancel()));
  }
  t.strictSame(await database.query('SELECT DISTINCT sign_ins FROM users'), [{ sign_ins: SIGN_INS }], 'none is lost');
  for (const api of apis) t.match(await api.end('SIGTERM'), { code: 0 });
});

test('every column comes back as it was written, and a second sign-in counts', async (t, database) => {
  const store = await database.open();
  t.teardown(() => store.close());
  const { created, user } = await store.signIn({
    id: '1',
    email: 'a@example.com',
    name: "Ada 👩‍💻 “x” \\ '",
    image: 'https://x/1',
  });
  t.ok(created);
  t.match(user, { id: '1', email: 'a@example.com', name: "Ada 👩‍💻 “x” \\ '", image: 'https://x/1' });
  t.equal(user.createdAt, user.lastSignInAt);
  const again = await store.signIn({ id: '1', email: 'b@example.com' });
  t.notOk(again.created);
  t.match(again.user, { ...user, email: 'b@example.com', updatedAt: String, lastSignInAt: String });
  t.strictSame(await store.find('1'), again.user);
  t.equal(await store.find('2'), undefined);
});

test('no update is lost among many at once', async (t, database) => {
  const stores = await Promise.all([database.open(), database.open()]);
  t.teardown(() => Promise.all(stores.map((store) => store.close())));
  const signIns = Array.from({ length: 100 }, (_, i) => stores[i % 2]?.signIn({ id: '1', email: `a${i}@example.com` }));
  const results = await Promise.all(signIns);
  t.equal(results.filter((result) => result?.created).length, 1);
  t.match(await database.query('SELECT sign_ins FROM users'), [{ sign_ins: 100 }]);
});

test('a closed store says so', async (t, database) => {
  const store = await database.open();
  await store.signIn({ id: '1', email: 'a@example.com', name: 'A' });
  await store.close();
  await t.rejects(store.find('1'), { code: 'ERR_DATABASE_UNAVAILABLE', statusCode: 503 });
  await t.rejects(store.ping(), { code: 'ERR_DATABASE_UNAVAILABLE' });
});

test('a migration that fails stops the opening, and leaves nothing half done', async (t, database) => {
  await database.query('CREATE TABLE users (id TEXT)');
  const problem = database.name === 'SQLite' ? /^DATA_DIR: users\.db .+$/ : /^DATABASE_URL: .+ \(42P07\)$/;
  await t.rejects(database.open(), { name: 'StartError', message: problem });
  await database.query('DROP TABLE users');
  const store = await database.open();
  await store.ping();
  await store.close();
});

test('what a newer version has migrated is left alone', async (t, database) => {
  await (await database.open()).close();
  await database.query("INSERT INTO kysely_migration VALUES ('999-later', '2999-01-01T00:00:00.000Z')");
  await t.rejects(database.open(), { name: 'StartError', message: /^(DATA_DIR|DATABASE_URL): .*999-later is missing/ });
});
