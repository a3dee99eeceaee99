import type { InjectOptions } from 'fastify';
import t from 'tap';
import { startApi } from './support/api.ts';

const ALLOWED = 'https://app.example.com';
const ENV = { CORS_ORIGINS: `http://localhost:3000,${ALLOWED}` };

const preflight = (origin: string, method: string): InjectOptions => ({
  method: 'OPTIONS',
  url: '/api/user',
  headers: {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type',
  },
});

t.test('a preflight from an origin of the list passes without a token', async (t) => {
  const { app } = await startApi(t, ENV);
  for (const origin of [ALLOWED, 'http://localhost:3000']) {
    const { statusCode, headers } = await app.inject(preflight(origin, 'DELETE'));
    t.equal(statusCode, 204);
    t.equal(headers['access-control-allow-origin'], origin);
    t.equal(headers['access-control-allow-methods'], 'GET, POST, DELETE');
    t.equal(headers['access-control-allow-headers'], 'authorization, content-type');
    t.match(headers['access-control-max-age'], /^\d+$/);
    t.notOk(headers['access-control-allow-credentials']);
    t.match(headers.vary, /origin/i);
  }
});

t.test('a foreign origin is allowed nothing', async (t) => {
  const { app, as, google } = await startApi(t, ENV);
  for (const origin of ['https://evil.example', 'null', `${ALLOWED}.evil.example`, 'https://app.example.com:8443']) {
    t.notOk((await app.inject(preflight(origin, 'POST'))).headers['access-control-allow-origin'], origin);
    const response = await as(google.mintToken(), { url: '/api/user', headers: { origin } });
    t.notOk(response.headers['access-control-allow-origin'], origin);
  }
});

t.test('a page can read answers and refusals, with what it needs to act on them', async (t) => {
  const { app, as, google } = await startApi(t, ENV);
  const headers = { origin: ALLOWED };
  const responses = [
    await app.inject({ url: '/api/user', headers }),
    await as(google.mintToken(), { method: 'POST', url: '/api/user', headers }),
    await as(google.mintToken(), { method: 'POST', url: '/api/user', headers, payload: { name: 5 } }),
    await app.inject({ url: '/nope', headers }),
  ];
  t.strictSame(
    responses.map(({ statusCode }) => statusCode),
    [401, 201, 400, 404],
  );
  for (const response of responses) {
    t.equal(response.headers['access-control-allow-origin'], ALLOWED);
    t.match(response.headers['access-control-expose-headers'], /www-authenticate, ?retry-after/i);
  }
});
