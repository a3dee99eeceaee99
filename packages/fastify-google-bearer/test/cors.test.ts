import cors from '@fastify/cors';
import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { fakeVerifier, makeApp } from './kit.ts';

const origin = 'http://localhost:3000';
const preflight = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
const plugin = { verifier: fakeVerifier({}) };

for (const order of ['before', 'after']) {
  test(`a preflight passes with @fastify/cors registered ${order} the plugin`, async (t) => {
    const app = makeApp(t);
    if (order === 'before') await app.register(cors, { origin });
    await app.register(googleBearer, plugin);
    if (order === 'after') await app.register(cors, { origin });
    app.get('/api/user', () => 'in');

    const response = await app.inject({ method: 'OPTIONS', url: '/api/user', headers: preflight });
    t.equal(response.statusCode, 204);
    t.equal(response.headers['access-control-allow-origin'], origin);
    t.equal(response.headers['access-control-allow-headers'], 'authorization');
    const get = await app.inject({ url: '/api/user', headers: { origin } });
    t.equal(get.statusCode, 401);
    if (order === 'before') t.equal(get.headers['access-control-allow-origin'], origin, 'scripts can read the refusal');
  });
}

test('a route that answers OPTIONS among others is no way in', async (t) => {
  const app = makeApp(t);
  await app.register(googleBearer, plugin);
  app.all('/proxy', () => 'in');
  app.options('/by-hand', (_request, reply) => reply.code(204).send());
  app.options('/declared', { config: { googleBearer: { scopes: [] } } }, () => 'in');

  t.equal((await app.inject({ method: 'OPTIONS', url: '/proxy', headers: preflight })).statusCode, 401);
  t.equal((await app.inject({ method: 'OPTIONS', url: '/declared', headers: preflight })).statusCode, 401);
  t.equal((await app.inject({ method: 'OPTIONS', url: '/by-hand', headers: preflight })).statusCode, 204);
  t.equal((await app.inject({ method: 'OPTIONS', url: '/by-hand', headers: { origin } })).statusCode, 401);
  t.equal((await app.inject({ method: 'OPTIONS', url: '/nowhere', headers: preflight })).statusCode, 404);
});

test('with @fastify/cors before the plugin, preflights of any route are answered', async (t) => {
  const app = makeApp(t);
  await app.register(cors, { origin });
  await app.register(googleBearer, plugin);
  app.all('/proxy', () => 'in');
  t.equal((await app.inject({ method: 'OPTIONS', url: '/proxy', headers: preflight })).statusCode, 204);
});
