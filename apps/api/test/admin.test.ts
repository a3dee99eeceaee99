import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import t from 'tap';
import { errorOf, startApi } from './support/api.ts';
import { ADA, GRACE } from './support/secrets.ts';

const url = '/admin/revocations';
const list = { method: 'GET', url } as const;
const get = { method: 'GET', url: '/api/user' } as const;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

t.test('nobody but the admins may look or act, whatever they send', async (t) => {
  const { as, google } = await startApi(t);
  const grace = google.mintToken({ user: GRACE.email });
  t.match(errorOf(await as(grace, list)), { status: 403, code: 'ERR_NOT_ADMIN' });
  for (const payload of [{ block: ADA.sub }, { nonsense: true }, {}]) {
    t.match(errorOf(await as(grace, { method: 'POST', url, payload })), { status: 403, code: 'ERR_NOT_ADMIN' });
  }
  t.equal((await as(google.mintToken(), list)).statusCode, 200);
});

t.test('without ADMIN_SUBJECTS there are no admins', async (t) => {
  const { as, google } = await startApi(t, { ADMIN_SUBJECTS: '' });
  t.match(errorOf(await as(google.mintToken(), list)), { status: 403, code: 'ERR_NOT_ADMIN' });
});

t.test('each order takes effect, and is listed', async (t) => {
  const { as, google } = await startApi(t);
  const admin = google.mintToken({ lifetimeS: 7200 });
  const order = async (payload: object) => (await as(admin, { method: 'POST', url, payload })).statusCode;
  const listed = async () => (await as(admin, list)).json();
  const statusOf = async (token: string) => (await as(token, get)).statusCode;
  const { instance, viewAgeMs, ...view } = await listed();
  t.strictSame(view, { revocations: [], truncated: false });
  t.equal(instance, `${hostname()}/${process.pid}`);
  t.ok(viewAgeMs >= 0 && viewAgeMs < 5_000, `a view of ${viewAgeMs} ms`);

  const [a, b] = [google.mintToken({ user: GRACE.email }), google.mintToken({ user: GRACE.email })];
  t.equal(await order({ tokenSha256: sha256(a).toUpperCase(), reason: 'found in a log' }), 201);
  t.equal(await statusOf(a), 401);
  t.equal(await statusOf(b), 404, 'the other token of the same person is good');
  t.match(await listed(), {
    revocations: [
      { type: 'token', tokenSha256: sha256(a), expiresAt: Number, at: Number, reason: 'found in a log', by: 'admin' },
    ],
  });

  t.equal(await order({ subject: GRACE.sub }), 201);
  t.equal(await statusOf(b), 401);
  const later = google.mintToken({ user: GRACE.email, lifetimeS: 7200 });
  t.equal(await statusOf(later), 404);

  t.equal(await order({ block: GRACE.sub }), 201);
  t.equal(await statusOf(later), 401);
  t.ok((await listed()).revocations.some(({ type }: { type: string }) => type === 'block'));
  t.equal(await order({ unblock: GRACE.sub }), 201);
  t.equal(await statusOf(later), 404);
  t.notOk((await listed()).revocations.some(({ type }: { type: string }) => type === 'block'));

  const ordinary = google.mintToken();
  t.equal(await statusOf(ordinary), 404);
  t.equal(await order({ everyone: true }), 201);
  t.equal(await statusOf(ordinary), 401, 'also the admin’s own ordinary token');
  t.ok((await listed()).revocations.some(({ type }: { type: string }) => type === 'everyone'));
});

t.test('an order has to be exactly one, and well-formed', async (t) => {
  const { as, google } = await startApi(t);
  const admin = google.mintToken();
  const bad: readonly object[] = [
    {},
    { subject: GRACE.sub, block: GRACE.sub },
    { reason: 'x' },
    { subject: GRACE.sub, by: 'admin' },
    { subject: GRACE.sub, at: 1 },
    { subject: GRACE.sub, reason: '' },
    { subject: GRACE.sub, reason: null },
    { subject: GRACE.sub, reason: 'x'.repeat(201) },
    { subject: GRACE.sub, reason: 'two\nlines' },
    { subject: GRACE.sub, reason: `seen at ${GRACE.sub}` },
    { subject: GRACE.sub, reason: `a mail of ${GRACE.email}` },
    { everyone: true, reason: `leaked: ${admin}` },
    { subject: 'not-of-google', reason: 'not-of-google wants it' },
    { token: 'x' },
    { subject: '' },
    { subject: 'a b' },
    { subject: GRACE.email },
    { block: GRACE.email },
    { subject: 5 },
    { tokenSha256: 'abc' },
    { everyone: false },
    { everyone: 'true' },
    { block: null },
    [{ everyone: true }],
  ];
  for (const payload of bad) {
    const response = await as(admin, { method: 'POST', url, payload });
    t.equal(response.statusCode, 400, JSON.stringify(payload));
    for (const secret of [GRACE.sub, GRACE.email, admin]) t.notMatch(response.body, secret);
  }
  t.equal((await as(admin, { method: 'POST', url })).statusCode, 400, 'no body');
  t.strictSame((await as(admin, list)).json().revocations, []);
});

t.test('an order that is not exactly one is told the choices', async (t) => {
  const { as, google } = await startApi(t);
  const admin = google.mintToken();
  const choices = ['subject', 'tokenSha256', 'block', 'unblock', 'everyone'];
  const json = { 'content-type': 'application/json' };
  for (const body of [
    {},
    { headers: json, payload: '' },
    { headers: json, payload: 'null' },
    { headers: json, payload: '[]' },
    { payload: {} },
    { payload: { token: 'x' } },
    { payload: { subject: GRACE.sub, block: GRACE.sub } },
  ]) {
    const response = await as(admin, { method: 'POST', url, ...body });
    t.match(errorOf(response), { status: 400, code: 'FST_ERR_VALIDATION' });
    for (const choice of choices) t.match(response.json().message, choice, JSON.stringify(body));
    t.notMatch(response.body, GRACE.sub);
  }
  const { message } = (await as(admin, { method: 'POST', url, payload: { subject: 'a b' } })).json();
  t.match(message, /^body\/subject must match/, 'what is wrong inside of one is said');
  for (const payload of [{ subject: GRACE.email }, { block: GRACE.email }]) {
    const response = await as(admin, { method: 'POST', url, payload });
    t.match(
      errorOf(response),
      { status: 400, code: 'ERR_BODY_INVALID' },
      'nobody would be shut out, and it would look as if',
    );
    t.match(response.json().message, /an e-mail address names no user/);
  }
});

t.test('a long list is cut, and says so', async (t) => {
  const { as, google } = await startApi(t);
  const admin = google.mintToken();
  // As many at once as a busy machine stands.
  for (let from = 0; from < 1001; from += 91) {
    const orders = Array.from({ length: 91 }, (_, i) =>
      as(admin, { method: 'POST', url, payload: { block: `user-${from + i}` } }),
    );
    t.ok((await Promise.all(orders)).every(({ statusCode }) => statusCode === 201));
  }
  const { revocations, truncated } = (await as(admin, list)).json();
  t.equal(revocations.length, 1000);
  t.equal(truncated, true);
});
