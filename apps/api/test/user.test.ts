import { statSync } from 'node:fs';
import t from 'tap';
import { errorOf, startApi } from './support/api.ts';
import { onEachDatabase } from './support/databases.ts';
import { ADA, GRACE, UNA } from './support/secrets.ts';

const test = onEachDatabase(t);
const post = { method: 'POST', url: '/api/user' } as const;
const get = { method: 'GET', url: '/api/user' } as const;
const PICTURE = 'https://lh3.googleusercontent.com/a/x=s96-c';

test('the first sign-in creates the user, further ones find it', async (t, database) => {
  const { as, google, dataDir } = await startApi(t, database.env);
  const token = google.mintToken();
  const first = await as(token, { ...post, payload: { id: ADA.sub, name: 'Ada', email: ADA.email, image: PICTURE } });
  t.equal(first.statusCode, 201);
  const user = first.json();
  t.match(user, { id: ADA.sub, email: ADA.email, name: 'Ada', image: PICTURE });
  t.strictSame(Object.keys(user).sort(), ['createdAt', 'email', 'id', 'image', 'lastSignInAt', 'name', 'updatedAt']);
  t.equal(user.createdAt, new Date(user.createdAt).toISOString());
  t.equal(first.headers['cache-control'], 'no-store');
  t.equal(first.headers['x-content-type-options'], 'nosniff');

  const again = await as(google.mintToken(), post);
  t.equal(again.statusCode, 200);
  t.match(again.json(), { ...user, lastSignInAt: String }, 'a missing name or image never overwrites');
  t.ok(again.json().lastSignInAt >= user.lastSignInAt);
  t.strictSame((await as(token, get)).json(), again.json());
  if (process.platform !== 'win32') t.equal(statSync(dataDir).mode & 0o777, 0o700);
});

test('updatedAt changes only when something did, lastSignInAt always', async (t, database) => {
  const { as, google } = await startApi(t, database.env);
  const token = google.mintToken();
  const signIn = async (payload: object) => (await as(token, { ...post, payload })).json();
  const nextMillisecond = async () => {
    for (const now = Date.now(); Date.now() === now; ) await new Promise((resolve) => setImmediate(resolve));
  };
  const first = await signIn({ name: 'Ada' });
  await nextMillisecond();
  const same = await signIn({ name: 'Ada' });
  t.equal(same.updatedAt, first.updatedAt);
  t.ok(same.lastSignInAt > first.lastSignInAt);
  await nextMillisecond();
  const renamed = await signIn({ name: 'Ada King' });
  t.ok(renamed.updatedAt > same.updatedAt);
  t.equal(renamed.createdAt, first.createdAt);
  t.equal(renamed.updatedAt, renamed.lastSignInAt);
});

test('the body may be missing, empty, null, or have members that mean nothing', async (t, database) => {
  const { as, google } = await startApi(t, database.env);
  const token = google.mintToken();
  t.equal((await as(token, { ...post, payload: { name: 'Ada', image: PICTURE } })).statusCode, 201);
  const json = { 'content-type': 'application/json' };
  const bodies = [
    {},
    { headers: json, payload: '' },
    { headers: json, payload: 'null' },
    { payload: {} },
    { payload: { id: null, name: null, email: null, image: null } },
    { payload: { name: ' ' } },
    { payload: { role: 'admin', createdAt: 'never', sub: GRACE.sub } },
    { payload: { email: 'somebody-else@example.com' } },
  ];
  for (const body of bodies) {
    const response = await as(token, { ...post, ...body });
    t.equal(response.statusCode, 200, JSON.stringify(body));
    t.match(response.json(), { id: ADA.sub, email: ADA.email, name: 'Ada', image: PICTURE });
    t.notHas(response.json(), { role: 'admin' });
  }
});

test('identity comes from the token: another id in the body is refused', async (t, database) => {
  const { as, google } = await startApi(t, database.env);
  const token = google.mintToken();
  for (const id of [GRACE.sub, '', ADA.email]) {
    t.match(errorOf(await as(token, { ...post, payload: { id } })), { status: 403, code: 'ERR_USER_MISMATCH' });
  }
  t.match(errorOf(await as(token, get)), { status: 404, code: 'ERR_USER_NOT_FOUND' });
});

test('an address that Google has not verified is refused', async (t, database) => {
  const { as, google } = await startApi(t, database.env);
  const response = await as(google.mintToken({ user: UNA.email }), post);
  t.match(errorOf(response), { status: 403, code: 'ERR_EMAIL_UNVERIFIED' });
  t.notOk(response.headers['www-authenticate'], 'another token would not help');
});

test('a token without the email scope is refused', async (t, database) => {
  const { as, google } = await startApi(t, database.env);
  const response = await as(google.mintToken({ scopes: ['openid'] }), post);
  t.match(errorOf(response), { status: 403, code: 'ERR_TOKEN_SCOPE' });
  t.match(response.headers['www-authenticate'], /error="insufficient_scope".*scope="email"/);
  t.equal((await as(google.mintToken({ scopes: ['openid'] }), get)).statusCode, 404, 'the others need none');
});

test('what would be displayed is checked, and not repeated', async (t, database) => {
  const { as, google } = await startApi(t, database.env);
  const token = google.mintToken();
  const bad: readonly object[] = [
    { name: 'x'.repeat(201) },
    { name: 'Ada\u0000' },
    { name: 'Ada\nLovelace' },
    { name: '\ud800' },
    { name: 5 },
    { id: 106488946935451 },
    { image: 'http://example.com/a.png' },
    { image: 'javascript:alert(1)' },
    { image: 'data:image/png;base64,AAAA' },
    { image: 'https://example.com/ a.png' },
    { image: 'https://user:password@example.com/' },
    { image: '/a.png' },
    { image: `https://example.com/${'x'.repeat(2048)}` },
    ['Ada'],
  ];
  for (const payload of bad) {
    const response = await as(token, { ...post, payload });
    t.equal(response.statusCode, 400, JSON.stringify(payload).slice(0, 60));
    t.strictSame(Object.keys(response.json()).sort(), ['code', 'error', 'message', 'statusCode']);
    t.notMatch(response.body, /alert|password|Lovelace|example\.com/);
  }
  const portrait = { ...post, payload: { image: 'http://127.0.0.1:4400/portrait?user=1' } };
  t.equal((await as(token, portrait)).statusCode, 201, 'the emulator draws its portraits itself');
});

t.test('the emulator’s portraits are refused when there is no emulator', async (t) => {
  const { readProfile } = await import('../src/users/profile.ts');
  t.throws(() => readProfile({ image: 'http://127.0.0.1:4400/portrait' }, false), { code: 'ERR_BODY_INVALID' });
  t.throws(() => readProfile({ image: 'http://example.com/portrait' }, true), { code: 'ERR_BODY_INVALID' });
  t.strictSame(readProfile({ image: PICTURE, name: ' Ada ' }, false), { image: PICTURE, name: 'Ada' });
});

t.test('bodies that are no JSON, or too much of it', async (t) => {
  const { as, google } = await startApi(t);
  const token = google.mintToken();
  const send = async (type: string, payload: string) =>
    errorOf(await as(token, { ...post, headers: { 'content-type': type }, payload }));
  t.match(await send('application/json', '{"name":'), { status: 400, code: 'FST_ERR_CTP_INVALID_JSON_BODY' });
  t.match(await send('application/json', '{"__proto__":{"name":"x"}}'), { status: 400 });
  t.match(await send('text/plain', 'Ada'), { status: 415 });
  t.match(await send('application/x-www-form-urlencoded', 'name=Ada'), { status: 415 });
  t.match(await send('application/json', JSON.stringify({ other: 'x'.repeat(17_000) })), { status: 413 });
});

test('of fifty first sign-ins at once exactly one creates the user', async (t, database) => {
  const { as, google } = await startApi(t, database.env);
  const tokens = Array.from({ length: 50 }, () => google.mintToken({ user: GRACE.email }));
  const responses = await Promise.all(
    tokens.map((token, i) => as(token, { ...post, payload: { name: `Grace ${i}` } })),
  );
  const statuses = responses.map(({ statusCode }) => statusCode);
  t.equal(statuses.filter((status) => status === 201).length, 1);
  t.equal(statuses.filter((status) => status === 200).length, 49);
  t.equal(new Set(responses.map((response) => response.json().createdAt)).size, 1);
});

test('deleting the own record leaves others alone, and may be repeated', async (t, database) => {
  const { as, google } = await startApi(t, database.env);
  const ada = google.mintToken();
  const grace = google.mintToken({ user: GRACE.email });
  await as(ada, post);
  await as(grace, post);
  for (const attempt of ['first', 'second']) {
    const response = await as(ada, { method: 'DELETE', url: '/api/user' });
    t.equal(response.statusCode, 204, attempt);
    t.equal(response.body, '');
  }
  t.equal((await as(ada, get)).statusCode, 404);
  t.equal((await as(grace, get)).json().id, GRACE.sub);
  t.equal((await as(ada, post)).statusCode, 201, 'a new user again');
});

test('a record survives the end of the process', async (t, database) => {
  const first = await startApi(t, database.env);
  await first.as(first.google.mintToken(), { ...post, payload: { name: 'Ada' } });
  await first.app.close();
  const second = await startApi(t, database.env, first);
  t.match((await second.as(second.google.mintToken(), get)).json(), { id: ADA.sub, name: 'Ada' });
});
