import bearerAuth from '@fastify/bearer-auth';
import type { FastifyInstance } from 'fastify';
import { test } from 'tap';
import { googleBearer, requirePrincipal, reverify } from '../src/index.ts';
import { clientId, makeApp, otherClientId, startGoogle } from './kit.ts';

test('a scope and the scopes within are protected; siblings and the scope around are not', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  app.get('/around', () => 'in');
  app.register(async (scope) => {
    await scope.register(googleBearer, { audience: clientId, endpoints: google.url });
    scope.get('/scope', () => 'in');
    scope.register(async (child) => {
      child.get('/child', () => 'in');
      child.register(async (grandchild) => grandchild.get('/grandchild', () => 'in'), { prefix: '/deep' });
    });
  });
  app.register(async (sibling) => sibling.get('/sibling', () => 'in'));

  for (const url of ['/around', '/sibling']) t.equal((await app.inject(url)).statusCode, 200, url);
  for (const url of ['/scope', '/child', '/deep/grandchild']) t.equal((await app.inject(url)).statusCode, 401, url);
});

test('registered in two scopes side by side, each judges its own', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  for (const audience of [clientId, otherClientId]) {
    app.register(
      async (scope) => {
        await scope.register(googleBearer, { audience, endpoints: google.url, realm: audience });
        scope.get('/', (request) => request.principal?.audience);
      },
      { prefix: `/${audience}` },
    );
  }
  for (const [path, client] of [
    [clientId, clientId],
    [otherClientId, otherClientId],
    [clientId, otherClientId],
    [otherClientId, clientId],
  ]) {
    const headers = { authorization: `Bearer ${google.mintToken({ client: client ?? '' })}` };
    const response = await app.inject({ url: `/${path}`, headers });
    t.equal(response.statusCode, path === client ? 200 : 401);
    if (path !== client) t.match(response.headers['www-authenticate'], `Bearer realm="${path}", error="invalid_token"`);
    else t.equal(response.body, path);
  }
});

for (const order of ['outer first', 'inner first']) {
  test(`registered again further in, the inner one is in charge: ${order}`, async (t) => {
    const google = await startGoogle(t);
    const app = makeApp(t);
    const outer = { audience: clientId, endpoints: google.url, realm: 'outer' };
    if (order === 'outer first') await app.register(googleBearer, outer);
    app.register(async (scope) => {
      await scope.register(googleBearer, { audience: otherClientId, endpoints: google.url, realm: 'inner' });
      scope.get(
        '/inner',
        { config: { googleBearer: { scopes: ['email'] } } },
        (request) => request.principal?.audience,
      );
    });
    if (order === 'inner first') app.register(googleBearer, outer);
    app.get('/outer', (request) => request.principal?.audience);
    const mine = { authorization: `Bearer ${google.mintToken({ client: clientId })}` };
    const other = { authorization: `Bearer ${google.mintToken({ client: otherClientId })}` };

    t.equal((await app.inject({ url: '/outer', headers: mine })).body, clientId);
    t.equal((await app.inject({ url: '/inner', headers: other })).body, otherClientId);
    t.match((await app.inject({ url: '/outer', headers: other })).headers['www-authenticate'], 'realm="outer"');
    t.match((await app.inject({ url: '/inner', headers: mine })).headers['www-authenticate'], 'realm="inner"');
    t.equal((await app.inject('/inner')).headers['www-authenticate'], 'Bearer realm="inner"');
  });
}

test('twice in one scope is a mistake', async (t) => {
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId });
  await t.rejects(
    async () => app.register(googleBearer, { audience: clientId }),
    new TypeError('fastify-google-bearer: already registered in this scope'),
  );
});

test('an app can use @fastify/bearer-auth as well', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(bearerAuth, { addHook: false, keys: ['key'] });
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/google', () => 'in');
  const { verifyBearerAuth } = app;
  t.type(verifyBearerAuth, 'function');
  const onRequest = verifyBearerAuth ? [verifyBearerAuth] : [];
  app.get('/key', { config: { googleBearer: false }, onRequest }, () => 'in');

  const token = { authorization: `Bearer ${google.mintToken()}` };
  const key = { authorization: 'Bearer key' };
  t.equal((await app.inject({ url: '/google', headers: token })).statusCode, 200);
  t.equal((await app.inject({ url: '/google', headers: key })).statusCode, 401);
  t.equal((await app.inject({ url: '/key', headers: key })).statusCode, 200);
  t.equal((await app.inject({ url: '/key', headers: token })).statusCode, 401);
});

test('a scope that was made before the plugin is as one that was made after it', async (t) => {
  const google = await startGoogle(t);
  const answers: Record<string, unknown[]> = {};
  for (const order of ['before', 'after']) {
    const app = makeApp(t);
    const scope = async (child: FastifyInstance): Promise<void> => {
      child.post('/public', { config: { googleBearer: false } }, ({ principal, principalSource }) => ({
        principal,
        principalSource,
      }));
      for (const mode of ['optional', 'optional-bearer'] as const) {
        child.post(`/${mode}`, { config: { googleBearer: mode } }, async (request) => {
          await reverify(request);
          return { sub: request.principal?.subject, aborted: request.accessSignal.aborted };
        });
      }
      child.post('/protected', async (request) => {
        await reverify(request);
        const { principalSource, accessSignal } = request;
        return { principalSource, aborted: accessSignal.aborted, sub: requirePrincipal(request).subject };
      });
      child.setNotFoundHandler((request, reply) =>
        reply.code(404).send({ principal: request.principal, aborted: request.accessSignal.aborted }),
      );
      child.addHook('onRequest', async (request) => {
        if (request.url === '/v1/public') request.principal = null;
      });
      child.register(async (grandchild) => grandchild.post('/deep', () => 'in'));
    };
    if (order === 'before') app.register(scope, { prefix: '/v1' });
    await app.register(googleBearer, { audience: clientId, endpoints: google.url });
    if (order === 'after') app.register(scope, { prefix: '/v1' });
    const headers = { authorization: `Bearer ${google.mintToken()}` };
    const seen: unknown[] = [];
    for (const path of ['public', 'optional', 'optional-bearer', 'protected', 'deep', 'nowhere']) {
      for (const sent of [{}, headers]) {
        const request = { method: 'POST', url: `/v1/${path}`, headers: sent, payload: { a: 1 } } as const;
        const { statusCode, body } = await app.inject(request);
        seen.push([path, statusCode, JSON.parse(path === 'deep' && statusCode === 200 ? '"in"' : body)]);
      }
    }
    answers[order] = seen;
  }
  t.match(answers.after?.slice(0, 2), [
    ['public', 200, { principal: null, principalSource: null }],
    ['public', 200, { principal: null, principalSource: null }],
  ]);
  t.match(answers.after?.slice(6), [
    ['protected', 401, { code: 'ERR_TOKEN_MISSING' }],
    ['protected', 200, { principalSource: 'memory', aborted: false }],
    ['deep', 401, {}],
    ['deep', 200, 'in'],
    ['nowhere', 404, { principal: null, aborted: false }],
    ['nowhere', 404, { principal: null, aborted: false }],
  ]);
  t.same(answers.before, answers.after);
});
