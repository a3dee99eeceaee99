import t from 'tap';
import { errorOf, startApi } from './support/api.ts';

const CALENDAR = 'https://www.googleapis.com/auth/calendar.readonly';
const METADATA = 'resource_metadata="http://127.0.0.1:4000/.well-known/oauth-protected-resource"';

const guarded = [
  { method: 'POST', url: '/api/user' },
  { method: 'GET', url: '/api/user' },
  { method: 'DELETE', url: '/api/user' },
  { method: 'DELETE', url: '/api/token' },
  { method: 'DELETE', url: '/api/tokens' },
  { method: 'GET', url: '/api/calendar/events' },
  { method: 'GET', url: '/admin/revocations' },
  { method: 'POST', url: '/admin/revocations' },
] as const;

const open = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
  '/docs/',
  '/.well-known/oauth-protected-resource',
] as const;

t.test('every route of the API refuses what is no good token', async (t) => {
  const { app, as, google } = await startApi(t);
  const expired = google.mintToken({ lifetimeS: 1 });
  const everything = { scopes: ['openid', 'email', CALENDAR] };
  google.clock.advance(-3_600_000 * 24);
  const stranger = google.mintToken({ kind: 'service-account' });
  google.clock.reset();
  google.clock.advance(60_000);
  const idToken = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.c2ln`;
  for (const route of guarded) {
    const name = `${route.method} ${route.url}`;
    const missing = await app.inject(route);
    t.match(errorOf(missing), { status: 401, code: 'ERR_TOKEN_MISSING' }, name);
    t.equal(missing.headers['www-authenticate'], `Bearer realm="api", ${METADATA}`);
    t.equal(missing.headers['cache-control'], 'no-store');
    t.strictSame(Object.keys(missing.json()).sort(), ['code', 'error', 'message', 'statusCode']);
    t.match(errorOf(await as('ya29.unknown', route)), { status: 401, code: 'ERR_TOKEN_INVALID' }, name);
    t.match(errorOf(await as(expired, route)), { status: 401, code: 'ERR_TOKEN_INVALID' }, name);
    t.match(errorOf(await as(stranger, route)), { status: 401 }, name);
    t.match(errorOf(await as(idToken, route)), { status: 401, code: 'ERR_TOKEN_IS_ID_TOKEN' }, name);
    t.match(errorOf(await as('a b', route)), { status: 400, code: 'ERR_TOKEN_MALFORMED' }, name);
    const twice = await as(google.mintToken(everything), { ...route, url: `${route.url}?access_token=x` });
    t.match(errorOf(twice), { status: 400, code: 'ERR_TOKEN_MALFORMED' }, name);
    const query = await app.inject({ ...route, url: `${route.url}?access_token=${google.mintToken(everything)}` });
    t.match(errorOf(query), { status: 401, code: 'ERR_TOKEN_MISSING' }, 'a token in the URL is never read');
  }
});

t.test('a token of another application is refused', async (t) => {
  const { as, google } = await startApi(t, { GOOGLE_CLIENT_ID: 'somebody-else.apps.googleusercontent.com' });
  const token = google.mintToken();
  for (const route of guarded) {
    t.match(
      errorOf(await as(token, route)),
      { status: 401, code: 'ERR_TOKEN_AUDIENCE' },
      `${route.method} ${route.url}`,
    );
  }
});

t.test('the public routes ask for nothing, and do not look at a bad token', async (t) => {
  const { app } = await startApi(t);
  for (const url of open) {
    t.equal((await app.inject(url)).statusCode, 200, url);
    t.equal((await app.inject({ url, headers: { authorization: 'Bearer nonsense' } })).statusCode, 200, url);
  }
});

t.test('what does not exist is a 404 that repeats nothing', async (t) => {
  const { app, google } = await startApi(t);
  const token = google.mintToken();
  for (const url of [`/nope?access_token=${token}`, `/${token}`, '/api/user/ada@example.com', `/%/${token}`]) {
    const response = await app.inject(url);
    t.ok([400, 404].includes(response.statusCode), url);
    t.strictSame(google.leaks([response.body]), []);
  }
  t.equal((await app.inject({ method: 'PUT', url: '/api/user' })).statusCode, 404);
});

t.test('the protected-resource metadata name the address of the API', async (t) => {
  const { app } = await startApi(t, { PUBLIC_URL: 'https://api.example.com' });
  t.match((await app.inject('/.well-known/oauth-protected-resource')).json(), {
    resource: 'https://api.example.com',
    authorization_servers: ['https://accounts.google.com'],
    bearer_methods_supported: ['header'],
    scopes_supported: ['email', CALENDAR],
  });
  t.match(
    (await app.inject('/api/user')).headers['www-authenticate'],
    'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"',
  );
});

t.test('where the address is made from HOST and PORT', async (t) => {
  const { resourceOf } = await import('../src/resource.ts');
  const at = (host: string, port = 4000, publicUrl?: string) => resourceOf({ host, port, publicUrl });
  t.equal(at('127.0.0.1'), 'http://127.0.0.1:4000');
  t.equal(at('::1'), 'http://[::1]:4000');
  t.equal(at('0.0.0.0'), 'http://localhost:4000');
  t.equal(at('::'), 'http://localhost:4000');
  t.equal(at('10.1.2.3'), undefined, 'plain http is for this machine only');
  t.equal(at('10.1.2.3', 4000, 'https://api.example.com'), 'https://api.example.com');
});
