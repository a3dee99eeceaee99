import type { RouteShorthandOptions } from 'fastify';
import { test } from 'tap';
import { googleBearer, requireAccessToken, requirePrincipal } from '../src/index.ts';
import { clientId, linesAbout, makeApp, otherClientId, startGoogle } from './kit.ts';
import { scopeNames, unfitScopeNames } from './scope-names.ts';

const calendar = 'https://www.googleapis.com/auth/calendar.readonly';
const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

test('what a route declares decides who may call it', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  const who = {
    handler: (request: { principal: { email: string | undefined } | null }) => request.principal ?? 'nobody',
  };
  app.get('/any', who);
  app.get('/scopes', { config: { googleBearer: { scopes: ['email', calendar] } }, ...who });
  app.get('/any-scope', { config: { googleBearer: { anyScope: ['https://mail.google.com/', calendar] } }, ...who });
  app.get('/public', { config: { googleBearer: false }, ...who });
  app.get('/optional', { config: { googleBearer: 'optional' }, ...who });
  const tokens = {
    none: undefined,
    basic: google.mintToken(),
    calendar: google.mintToken({ scopes: ['email', calendar] }),
    foreign: google.mintToken({ client: otherClientId }),
    unknown: 'ya29.unknown',
  };

  const expected: [path: string, token: keyof typeof tokens, status: number, code?: string][] = [
    ['/any', 'none', 401, 'ERR_TOKEN_MISSING'],
    ['/any', 'basic', 200],
    ['/any', 'foreign', 401, 'ERR_TOKEN_AUDIENCE'],
    ['/any', 'unknown', 401, 'ERR_TOKEN_INVALID'],
    ['/scopes', 'none', 401, 'ERR_TOKEN_MISSING'],
    ['/scopes', 'basic', 403, 'ERR_TOKEN_SCOPE'],
    ['/scopes', 'calendar', 200],
    ['/any-scope', 'basic', 403, 'ERR_TOKEN_SCOPE'],
    ['/any-scope', 'calendar', 200],
    ['/public', 'none', 200],
    ['/public', 'basic', 200],
    ['/public', 'unknown', 200],
    ['/optional', 'none', 200],
    ['/optional', 'basic', 200],
    ['/optional', 'foreign', 401, 'ERR_TOKEN_AUDIENCE'],
    ['/optional', 'unknown', 401, 'ERR_TOKEN_INVALID'],
    ['/missing', 'none', 404],
    ['/missing', 'unknown', 404],
  ];
  for (const [path, token, status, code] of expected) {
    await t.test(`${path} with ${token}`, async (t) => {
      const sent = tokens[token];
      const response = await app.inject({ url: path, ...(sent && { headers: bearer(sent) }) });
      t.equal(response.statusCode, status);
      if (status !== 200) t.equal(response.json().code, code);
      else if (path === '/public' || token === 'none') t.equal(response.body, 'nobody');
      else t.equal(response.json().email, 'ada@example.com');
    });
  }

  const basic = await app.inject({ url: '/optional', headers: { authorization: 'Basic dXNlcjpwYXNz' } });
  t.equal(basic.statusCode, 401, 'on an optional route a header that is there must be good');
});

test('HEAD is protected as GET is', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/', { config: { googleBearer: { scopes: [calendar] } } }, () => 'in');
  app.get('/public', { config: { googleBearer: false } }, () => 'in');
  const headers = bearer(google.mintToken());

  t.equal((await app.inject({ method: 'HEAD', url: '/' })).statusCode, 401);
  t.equal((await app.inject({ method: 'HEAD', url: '/', headers })).statusCode, 403);
  t.equal((await app.inject({ method: 'HEAD', url: '/public' })).statusCode, 200);
});

test('a route declared before the plugin is protected as declared', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  app.get('/before', { config: { googleBearer: { scopes: [calendar] } } }, () => 'in');
  app.get('/before-plain', () => 'in');
  // Without await, which leaves the registration for later.
  app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/not-awaited', { config: { googleBearer: { scopes: [calendar] } } }, () => 'in');
  app.get('/not-awaited-public', { config: { googleBearer: false } }, () => 'in');
  const headers = bearer(google.mintToken());

  for (const url of ['/before', '/not-awaited']) {
    t.equal((await app.inject(url)).statusCode, 401);
    t.equal((await app.inject({ url, headers })).statusCode, 403);
  }
  t.equal((await app.inject('/before-plain')).statusCode, 401);
  t.equal((await app.inject({ url: '/before-plain', headers })).statusCode, 200);
  t.equal((await app.inject('/not-awaited-public')).statusCode, 200);
});

const mistakes: [name: string, value: unknown, message: string][] = [
  ['true', true, "must be false, 'optional', 'optional-bearer' or { scopes, anyScope, maxAgeMs }"],
  ['null', null, "must be false, 'optional', 'optional-bearer' or { scopes, anyScope, maxAgeMs }"],
  ['an array', ['email'], "must be false, 'optional', 'optional-bearer' or { scopes, anyScope, maxAgeMs }"],
  ['another word', 'public', "must be false, 'optional', 'optional-bearer' or { scopes, anyScope, maxAgeMs }"],
  ['a misspelt key', { scope: ['email'] }, "has an unknown key 'scope'"],
  ['a string of scopes', { scopes: 'email' }, ': scopes must be an array of scopes'],
  ['an empty scope', { scopes: [''] }, ': scopes must hold one scope a string, and no empty one'],
  ['two scopes in a string', { scopes: ['email profile'] }, ': scopes must hold one scope a string, and no empty one'],
  ['a scope that is no string', { anyScope: [1] }, ': anyScope must hold one scope a string, and no empty one'],
  ['an empty choice', { anyScope: [] }, ': anyScope is empty, so no token could pass'],
];

test('a wrong declaration stops the app, and names the route', async (t) => {
  for (const [name, value, message] of mistakes) {
    await t.test(name, async (t) => {
      const app = makeApp(t);
      await app.register(googleBearer, { audience: clientId });
      const route = { config: { googleBearer: value } } as RouteShorthandOptions;
      const separator = message.startsWith(':') ? '' : ' ';
      t.throws(
        () => app.get('/api/user', route, () => 'in'),
        new TypeError(`config.googleBearer of GET /api/user${separator}${message}`),
      );
    });
  }
});

test('what is one scope, and what is none', async (t) => {
  const declare = (scope: string) => async (): Promise<void> => {
    const app = makeApp(t);
    await app.register(googleBearer, { audience: clientId });
    app.get('/', { config: { googleBearer: { scopes: [scope] } } }, () => 'in');
    app.get('/any', { config: { googleBearer: { anyScope: [scope] } } }, () => 'in');
  };
  for (const scope of scopeNames) await t.resolves(declare(scope), scope);
  for (const scope of unfitScopeNames) await t.rejects(declare(scope), { name: 'TypeError' }, JSON.stringify(scope));
});

test('a wrong declaration that the plugin could not see in time keeps the route shut', async (t) => {
  const app = makeApp(t);
  const misspelt: unknown = { scope: ['email'] };
  app.get('/', { config: { googleBearer: misspelt } } as RouteShorthandOptions, () => 'in');
  await app.register(googleBearer, { audience: clientId });

  const response = await app.inject('/');
  t.equal(response.statusCode, 500);
  t.strictSame(response.json(), { statusCode: 500, error: 'Internal Server Error', message: 'Internal Server Error' });
  t.match(linesAbout(app), [
    { level: 50, err: { message: /config\.googleBearer of GET \/ has an unknown key 'scope'/ } },
  ]);
});

test('requirePrincipal', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url, realm: 'calendar' });
  app.get('/required', (request) => requirePrincipal(request).subject);
  app.get('/optional', { config: { googleBearer: 'optional' } }, (request) => requirePrincipal(request).subject);
  app.get('/public/:id', { config: { googleBearer: false } }, (request) => requirePrincipal(request).subject);
  app.setNotFoundHandler((request) => requirePrincipal(request).subject);
  const headers = bearer(google.mintToken());

  t.equal((await app.inject({ url: '/required', headers })).body, '106488946935451153824');
  t.equal((await app.inject({ url: '/optional', headers })).body, '106488946935451153824');

  const missing = await app.inject('/optional');
  t.equal(missing.statusCode, 401);
  t.equal(missing.json().code, 'ERR_TOKEN_MISSING');
  t.equal(missing.headers['www-authenticate'], 'Bearer realm="calendar"');

  const mistake = await app.inject({ url: '/public/7', headers });
  t.equal(mistake.statusCode, 500);
  t.equal(mistake.json().message, 'requirePrincipal: GET /public/:id is not protected by googleBearer');
  t.equal((await app.inject({ url: '/nowhere', headers })).statusCode, 500);
});

test('requireAccessToken', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/required', (request) => requireAccessToken(request));
  app.get('/optional', { config: { googleBearer: 'optional' } }, (request) => requireAccessToken(request));
  app.get('/public', { config: { googleBearer: false } }, (request) => requireAccessToken(request));
  const token = google.mintToken();

  t.equal((await app.inject({ url: '/required', headers: bearer(token) })).body, token);
  t.equal((await app.inject('/optional')).statusCode, 401);
  t.equal((await app.inject({ url: '/public', headers: bearer('not judged') })).statusCode, 500);
});

test('principals do not pass from one request to another', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, { audience: clientId, endpoints: google.url });
  app.get('/', { config: { googleBearer: 'optional' } }, async (request) => {
    const before = request.principal?.accessType ?? 'nobody';
    await app.inject({ url: '/other', headers: bearer(google.mintToken({ accessType: 'offline' })) });
    return [before, request.principal?.accessType ?? 'nobody'];
  });
  app.get('/other', () => 'in');
  const headers = bearer(google.mintToken({ accessType: 'online' }));

  const responses = await Promise.all(
    [headers, {}, headers, {}, {}, headers].map((headers) => app.inject({ url: '/', headers })),
  );
  t.strictSame(
    responses.map((response) => response.json()),
    ['online', 'nobody', 'online', 'nobody', 'nobody', 'online'].map((who) => [who, who]),
  );
});
