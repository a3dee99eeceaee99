import t from 'tap';
import { errorOf, startApi } from './support/api.ts';
import { GRACE } from './support/secrets.ts';

const get = { method: 'GET', url: '/api/user' } as const;
const post = { method: 'POST', url: '/api/user' } as const;

t.test('one leaked token is refused from now on, a refreshed one of the same person is not', async (t) => {
  const { as, google } = await startApi(t);
  const [leaked, refreshed] = [google.mintToken(), google.mintToken()];
  t.equal((await as(leaked, post)).statusCode, 201);
  const deletion = await as(leaked, { method: 'DELETE', url: '/api/token' });
  t.equal(deletion.statusCode, 204);
  t.equal(deletion.body, '');
  const refused = await as(leaked, get);
  t.match(errorOf(refused), { status: 401, code: 'ERR_TOKEN_REVOKED' });
  t.match(refused.headers['www-authenticate'], /^Bearer realm="api", error="invalid_token"/);
  t.equal((await as(refreshed, get)).statusCode, 200);
});

t.test('the scheme is found in any case, and spaces do not matter', async (t) => {
  const { app, as, google } = await startApi(t);
  const token = google.mintToken();
  const headers = { authorization: `bEARER   ${token} ` };
  t.equal((await app.inject({ method: 'DELETE', url: '/api/token', headers })).statusCode, 204);
  t.match(errorOf(await as(token, get)), { status: 401, code: 'ERR_TOKEN_REVOKED' });
});

t.test('a JSON content type without a body does no harm', async (t) => {
  const { as, google } = await startApi(t);
  const headers = { 'content-type': 'application/json' };
  const response = await as(google.mintToken(), { method: 'DELETE', url: '/api/token', headers });
  t.equal(response.statusCode, 204);
});

t.test('signing out everywhere ends the tokens issued until now, and no others', async (t) => {
  const { as, google } = await startApi(t);
  const [phone, laptop] = [google.mintToken(), google.mintToken()];
  const grace = google.mintToken({ user: GRACE.email });
  for (const token of [phone, laptop, grace]) await as(token, post);
  t.equal((await as(phone, { method: 'DELETE', url: '/api/tokens' })).statusCode, 204);
  for (const token of [phone, laptop]) {
    t.match(errorOf(await as(token, get)), { status: 401, code: 'ERR_TOKEN_REVOKED' });
  }
  t.equal((await as(grace, get)).statusCode, 200);
  // Google gives no time of issue, so it is taken from the end of the token: this one counts as issued in an hour.
  t.equal((await as(google.mintToken({ lifetimeS: 7200 }), get)).statusCode, 200);
});

t.test('a revocation outlives the process', async (t) => {
  const first = await startApi(t);
  const token = first.google.mintToken();
  await first.as(token, { method: 'DELETE', url: '/api/token' });
  await first.app.close();
  const second = await startApi(t, {}, first);
  t.match(errorOf(await second.as(token, get)), { status: 401, code: 'ERR_TOKEN_REVOKED' });
});
