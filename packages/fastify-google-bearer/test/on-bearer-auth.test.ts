import { test } from 'tap';
import { googleBearer } from '../src/index.ts';
import { ada, fakeVerifier, linesAbout, makeApp } from './kit.ts';

const good = { authorization: 'Bearer good' };

test('a request that passes without a token has the status that it had', async (t) => {
  const app = makeApp(t);
  app.addHook('onRequest', (request, reply, done) => {
    if (request.url === '/accepted') reply.code(202);
    done();
  });
  await app.register(googleBearer, { verifier: fakeVerifier({}) });
  const optional = { config: { googleBearer: 'optional' as const } };
  app.get('/', optional, () => 'in');
  app.get('/accepted', optional, () => 'in');
  app.get('/elsewhere', optional, (_request, reply) => reply.redirect('/'));
  app.get('/fails', optional, () => {
    throw new Error('out of order');
  });

  t.equal((await app.inject('/')).statusCode, 200);
  t.equal((await app.inject('/accepted')).statusCode, 202);
  t.equal((await app.inject('/elsewhere')).statusCode, 302);
  t.equal((await app.inject('/fails')).statusCode, 500);
});

test('@fastify/bearer-auth logs nothing of its own, and its words reach nobody', async (t) => {
  const app = makeApp(t);
  await app.register(googleBearer, { verifier: fakeVerifier({}) });
  app.get('/', () => 'in');
  for (const authorization of [undefined, 'Basic eA==', 'Bearer']) {
    const response = await app.inject({ url: '/', ...(authorization !== undefined && { headers: { authorization } }) });
    t.notMatch(response.body, /(missing|invalid) authorization header/i);
  }
  t.equal(linesAbout(app).length, 3, 'one line a refusal');
  t.notMatch(app.lines.join(''), /unauthorized: |BEARER_AUTH/);
});

test('the scope around does not see it', async (t) => {
  const app = makeApp(t);
  await app.register(googleBearer, { verifier: fakeVerifier({}) });
  await app.ready();
  t.notOk(app.hasDecorator('verifyBearerAuth'));
  t.notOk(app.hasDecorator('verifyBearerAuthFactory'));
});

test('what fails after the token was let in is not taken for a refusal', async (t) => {
  const app = makeApp(t);
  await app.register(googleBearer, { verifier: fakeVerifier({ peek: () => ada }) });
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.url === '/throws') throw new Error('thrown at once');
    done(request.url === '/passes-on' ? new Error('passed on') : undefined);
  });
  for (const url of ['/throws', '/passes-on', '/in']) app.get(url, () => 'in');

  for (const [url, message] of [
    ['/throws', 'thrown at once'],
    ['/passes-on', 'passed on'],
  ]) {
    const response = await app.inject({ url: url ?? '', headers: good });
    t.equal(response.statusCode, 500);
    t.equal(response.json().message, message);
    t.equal(response.headers['www-authenticate'], undefined);
  }
  t.equal((await app.inject({ url: '/in', headers: good })).body, 'in');
});
