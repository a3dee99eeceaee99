import { once } from 'node:events';
import { join } from 'node:path';
import '@fastify/websocket';
import { eventually } from '@google-bearer/test-kit/eventually';
import Fastify from 'fastify';
import { type Test, test } from 'tap';
import { type Example, setUpExample } from './example.ts';

const GUIDE = join(import.meta.dirname, '../../../docs/guides/beside-other-plugins.md');

const setUp = (t: Test, heading: string, words: Record<string, string> = {}): Promise<Example> =>
  setUpExample(t, GUIDE, heading, words);

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

test('@fastify/multipart: the handler reads the parts', async (t) => {
  const { app, google } = await setUp(t, 'Uploads');
  const form = new FormData();
  form.set('photo', new Blob(['pixels']), 'me.png');
  const request = new Request('http://x', { method: 'POST', body: form });
  const payload = Buffer.from(await request.arrayBuffer());
  const upload = (headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/photos',
      headers: { 'content-type': request.headers.get('content-type') ?? '', ...headers },
      payload,
    });
  t.strictSame((await upload(bearer(google.mintToken()))).json(), { owner: '106488946935451153824', bytes: 6 });
  t.equal((await upload({})).statusCode, 401);
});

test('@fastify/auth and @fastify/basic-auth: Google or Basic', async (t) => {
  const { app, google } = await setUp(t, 'Google or Basic');
  const ask = (headers: Record<string, string>) => app.inject({ url: '/export', headers });
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  t.strictSame((await ask(bearer(google.mintToken()))).json(), { by: 'ada@example.com' });
  const byPassword = await ask(basic('backup:secret'));
  t.strictSame(byPassword.json(), { by: 'backup' });
  t.equal(byPassword.headers['www-authenticate'], undefined);
  for (const headers of [{}, basic('backup:wrong')]) {
    const refused = await ask(headers);
    t.equal(refused.statusCode, 401);
    t.match(refused.headers['www-authenticate'], /^Basic /);
  }
  const invalid = await ask(bearer('unknown'));
  t.equal(invalid.statusCode, 401);
  t.match(invalid.headers['www-authenticate'], /^Bearer .*invalid_token/);
});

test('@fastify/swagger-ui: a public page about protected routes', async (t) => {
  const { app, google } = await setUp(t, 'API documentation');
  t.match((await app.inject('/docs/')).body, '<title>Swagger UI</title>');
  const document = (await app.inject('/docs/json')).json();
  t.strictSame(document.paths['/api/user'].get.security, [{ google: ['email'] }]);
  t.equal((await app.inject('/api/user')).statusCode, 401);
  t.equal((await app.inject({ url: '/api/user', headers: bearer(google.mintToken()) })).body, 'ada@example.com');
});

test('@fastify/under-pressure: its status is public', async (t) => {
  const { app, google } = await setUp(t, 'Load shedding');
  t.equal((await app.inject('/status')).statusCode, 200);
  t.equal((await app.inject('/api/user')).statusCode, 401);
  t.equal((await app.inject({ url: '/api/user', headers: bearer(google.mintToken()) })).body, 'ada@example.com');
});

test('@fastify/under-pressure: an overloaded server asks Google nothing', async (t) => {
  const { app, google } = await setUp(t, 'Load shedding', { 'maxEventLoopDelay: 1000': 'maxRssBytes: 1' });
  const headers = bearer(google.mintToken());
  await eventually('it has measured', async () => (await app.inject({ url: '/api/user', headers })).statusCode === 503);
  const asked = google.calls.length;
  t.equal((await app.inject({ url: '/api/user', headers: bearer(google.mintToken()) })).statusCode, 503);
  t.equal(google.calls.length, asked);
});

test('@fastify/rate-limit: each user has a limit', async (t) => {
  const { app, google } = await setUp(t, 'Rate limits');
  const ask = async (headers: Record<string, string>) => (await app.inject({ url: '/api/user', headers })).statusCode;
  for (const status of [200, 200, 429])
    t.equal(await ask(bearer(google.mintToken())), status, 'whichever token she sends');
  t.equal(await ask(bearer(google.mintToken({ user: 'grace@example.com' }))), 200, 'another user');
  t.equal(await ask({}), 401);
});

test('@fastify/http-proxy: passes on what is good, without the token', async (t) => {
  const upstream = Fastify();
  t.teardown(() => upstream.close());
  upstream.all('/*', (request) => ({ headers: request.headers, body: request.body ?? null, url: request.url }));
  const url = await upstream.listen({ host: '127.0.0.1', port: 0 });
  const { app, google } = await setUp(t, 'Passing requests on', { 'process.env.UPSTREAM': JSON.stringify(url) });

  t.equal((await app.inject('/orders/1')).statusCode, 401);
  const scopes = ['openid'];
  t.equal((await app.inject({ url: '/orders/1', headers: bearer(google.mintToken({ scopes })) })).statusCode, 403);
  const passed = await app.inject({
    method: 'POST',
    url: '/orders/1',
    headers: bearer(google.mintToken()),
    payload: { amount: 7 },
  });
  t.match(passed.json(), { url: '/1', body: { amount: 7 }, headers: { 'x-user': '106488946935451153824' } });
  t.equal(passed.json().headers.authorization, undefined);
});

test('@fastify/websocket: the request that opens the connection is judged', async (t) => {
  const { app, google } = await setUp(t, 'WebSockets');
  await app.ready();
  let first: Promise<unknown[]> | undefined;
  const onInit = (socket: import('node:events').EventEmitter): void => {
    first = once(socket, 'message');
  };
  const socket = await app.injectWS('/live', { headers: bearer(google.mintToken()) }, { onInit });
  t.equal(String((await first)?.[0]), 'Hello ada@example.com');
  socket.terminate();
  await t.rejects(app.injectWS('/live'), /401/);
});
