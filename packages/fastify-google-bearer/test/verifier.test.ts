import { createTokenVerifier, type RevocationLog } from 'google-bearer';
import { test } from 'tap';
import { type GoogleBearerOptions, googleBearer, requireAccessToken } from '../src/index.ts';
import { ada, clientId, fakeVerifier, linesAbout, makeApp, startGoogle } from './kit.ts';

test('one verifier serves all requests, so Google is asked once for a token', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/a', () => 'in');
  app.get('/b', { config: { googleBearer: { scopes: ['email'] } } }, () => 'in');
  const headers = { authorization: `Bearer ${google.mintToken()}` };

  await Promise.all(['/a', '/b', '/a', '/b'].map((url) => app.inject({ url, headers })));
  t.equal((await app.inject({ url: '/a', headers })).statusCode, 200);
  t.equal(google.calls.filter(({ path }) => path === '/tokeninfo').length, 1);
});

test('what memory knows is not asked for again', async (t) => {
  const asked: unknown[] = [];
  const app = makeApp(t);
  await app.register(googleBearer, {
    verifier: fakeVerifier({
      peek: (...args) => {
        asked.push(args);
        return ada;
      },
    }),
  });
  app.get(
    '/',
    { config: { googleBearer: { scopes: ['a'], anyScope: ['b', 'c'] } } },
    (request) => request.principal?.email,
  );

  const response = await app.inject({ url: '/', headers: { authorization: 'Bearer good' } });
  t.equal(response.body, 'ada@example.com');
  t.strictSame(asked, [['good', { scopes: ['a'], anyScope: ['b', 'c'] }]]);
});

test('a handler can revoke the token it was called with; the next one of the same user is good', async (t) => {
  const google = await startGoogle(t);
  const verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  t.teardown(() => verifier.close());
  const app = makeApp(t);
  await app.register(googleBearer, { verifier });
  app.get('/', () => 'in');
  app.delete('/token', async (request, reply) => {
    await verifier.revokeToken(requireAccessToken(request));
    return reply.code(204).send();
  });
  const stolen = { authorization: `bearer   ${google.mintToken()} ` };
  const fresh = { authorization: `Bearer ${google.mintToken()}` };

  t.equal((await app.inject({ url: '/', headers: stolen })).statusCode, 200);
  t.equal((await app.inject({ method: 'DELETE', url: '/token', headers: stolen })).statusCode, 204);
  t.equal((await app.inject({ url: '/', headers: stolen })).json().code, 'ERR_TOKEN_REVOKED');
  t.equal((await app.inject({ url: '/', headers: fresh })).statusCode, 200);
});

test('a verifier of ours is awaited before the app is ready, and closed with it', async (t) => {
  const events: string[] = [];
  const revocationLog: RevocationLog = {
    append: async () => {},
    follow(follower) {
      setImmediate(() => {
        events.push('replayed');
        follower.confirm(Number.POSITIVE_INFINITY);
      });
      return () => events.push('closed');
    },
  };
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, revocationLog });
  await app.ready();
  events.push('ready');
  await app.close();
  t.strictSame(events, ['replayed', 'ready', 'closed']);
});

test('an app whose revocation log cannot be read does not start, and says why', async (t) => {
  const revocationLog: RevocationLog = {
    append: async () => {},
    follow(follower) {
      follower.error(new Error('redis: connect ECONNREFUSED'));
      return () => {};
    },
  };
  const app = makeApp(t, { pluginTimeout: 2000 });
  await app.register(googleBearer, { audience: clientId, revocationLog });
  await t.rejects(async () => app.ready(), {
    message: 'fastify-google-bearer: the revocation log could not be read in time',
    cause: { message: 'redis: connect ECONNREFUSED' },
  });
});

test('nor one whose revocation log says nothing: that it took too long is all that is known', async (t) => {
  const app = makeApp(t, { pluginTimeout: 200 });
  const revocationLog: RevocationLog = { append: async () => {}, follow: () => () => {} };
  await app.register(googleBearer, { audience: clientId, revocationLog });
  await t.rejects(async () => app.ready(), { cause: { name: 'TimeoutError' } });
});

test('a verifier of yours is left alone', async (t) => {
  const app = makeApp(t);
  // Its `ready` and `close` would throw.
  await app.register(googleBearer, { verifier: fakeVerifier({ peek: () => ada }) });
  await app.ready();
  await app.close();
  t.strictSame(linesAbout(app), []);
});

const wrong: [name: string, options: unknown, message: RegExp][] = [
  ['no audience', {}, /audience/],
  ['an audience from an unset variable', { audience: undefined }, /audience/],
  ['a misspelt option', { audience: clientId, timeOutMs: 1 }, /timeOutMs/],
  ['a wrong value', { audience: clientId, timeoutMs: 'soon' }, /timeoutMs/],
  ['an empty realm', { audience: clientId, realm: '' }, /^fastify-google-bearer: realm must/],
  ['a realm that would end the header', { audience: clientId, realm: 'a\r\nb' }, /^fastify-google-bearer: realm must/],
  ['a realm that is no string', { audience: clientId, realm: 1 }, /^fastify-google-bearer: realm must/],
  ['a verifier that is none', { verifier: {} }, /^fastify-google-bearer: verifier must/],
  ['null for a verifier', { verifier: null }, /^fastify-google-bearer: verifier must/],
  [
    'both',
    { verifier: fakeVerifier({}), audience: clientId },
    /^fastify-google-bearer: audience cannot be given together/,
  ],
  [
    'a verifier and a misspelt option',
    { verifier: fakeVerifier({}), relm: 'a' },
    /^fastify-google-bearer: relm cannot be given/,
  ],
];

test('wrong options stop the registration', async (t) => {
  for (const [name, options, message] of wrong) {
    await t.test(name, async (t) => {
      await t.rejects(async () => makeApp(t).register(googleBearer, options as GoogleBearerOptions), {
        name: 'TypeError',
        message,
      });
    });
  }
});

test("Fastify's own options of register are not taken for the plugin's", async (t) => {
  const app = makeApp(t);
  await app.register(googleBearer, { verifier: fakeVerifier({}), logLevel: 'info', prefix: '' });
  await app.register(async (scope) => scope.register(googleBearer, { audience: clientId, logLevel: 'info' }));
  await app.ready();
});

test('a token that memory knows makes its request wait for no turn of the event loop, and for no verify', async (t) => {
  const app = makeApp(t);
  const order: string[] = [];
  app.addHook('onRequest', (_request, _reply, done) => {
    setImmediate(() => order.push('next turn'));
    done();
  });
  // Its `verify` would throw.
  await app.register(googleBearer, { verifier: fakeVerifier({ peek: () => ada }) });
  app.addHook('onRequest', (request, _reply, done) => {
    order.push(`let in: ${request.principal?.email}`);
    done();
  });
  app.get('/', () => 'in');

  t.equal((await app.inject({ url: '/', headers: { authorization: 'Bearer known' } })).statusCode, 200);
  await new Promise((resolve) => setImmediate(resolve));
  t.strictSame(order, ['let in: ada@example.com', 'next turn']);
});
