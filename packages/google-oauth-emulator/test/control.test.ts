import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import t from 'tap';
import type { GoogleEmulator } from '../src/index.ts';
import {
  authorizationPath,
  Browser,
  CLIENT_ID,
  CLIENT_SECRET,
  EMAIL,
  exchange,
  getJson,
  postForm,
  REDIRECT_URI,
  refresh,
  start,
} from './browser.ts';

async function control(emulator: GoogleEmulator, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${emulator.url}/__emulator/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
}

t.test('another process can mint, look, break, mend and move the clock', async (t) => {
  const emulator = await start(t);
  t.same(await (await control(emulator, 'GET', 'healthz')).json(), { status: 'ok' });
  const minted = await (await control(emulator, 'POST', 'tokens', { scopes: ['email'], lifetimeS: 60 })).json();
  t.match(minted, { access_token: /^ya29\./, expires_in: 59, scope: EMAIL, token_type: 'Bearer' });
  const form = { access_token: String(Object(minted).access_token) };
  t.equal((await postForm(emulator, '/tokeninfo', form)).status, 200);
  t.equal((await control(emulator, 'POST', 'faults', { path: '/tokeninfo', kind: 'html' })).status, 200);
  t.equal((await fetch(`${emulator.url}/tokeninfo`)).status, 503);
  t.equal((await control(emulator, 'DELETE', 'faults')).status, 200);
  const before = emulator.clock.now();
  t.match(await (await control(emulator, 'POST', 'clock', { advanceMs: 60_000 })).json(), { now: Number });
  t.ok(emulator.clock.now() >= before + 60_000);
  t.equal((await postForm(emulator, '/tokeninfo', form)).status, 400);
  const { calls } = (await getJson(`${emulator.url}/__emulator/calls`)).body;
  t.match(calls, [{ status: 200 }, { status: 503 }, { status: 400 }], 'control requests are not in the log');
});

t.test('mistakes are explained', async (t) => {
  const emulator = await start(t);
  const cases: [string, unknown, RegExp][] = [
    ['tokens', { user: 'nobody@example.com' }, /user is not a known user/],
    ['tokens', { kind: 'x' }, /kind must be one of/],
    ['faults', { path: '/x', kind: 'hang' }, /fault\.path/],
    ['clock', { advanceMs: '1' }, /advanceMs/],
    ['clock', { advanceMs: 1, x: 1 }, /"x"/],
    ['clock', [], /JSON object/],
  ];
  for (const [path, body, error] of cases) {
    const answer = await control(emulator, 'POST', path, body);
    t.equal(answer.status, 400);
    t.match(await answer.json(), { error });
  }
  const broken = await fetch(`${emulator.url}/__emulator/clock`, {
    method: 'POST',
    body: '{',
    headers: { 'content-type': 'application/json' },
  });
  t.match(await broken.json(), { error: 'The body must be a JSON object.' });
});

t.test('a web page cannot forge control requests', async (t) => {
  const emulator = await start(t);
  const { port } = new URL(emulator.url);
  const json = { 'content-type': 'application/json' };
  const cases: [string, Record<string, string>, number][] = [
    ['what a form can send', { 'content-type': 'text/plain' }, 415],
    ['nothing said', {}, 415],
    ['another origin', { ...json, origin: 'http://evil.example' }, 403],
    ['another port of this machine', { ...json, origin: 'http://127.0.0.1:1' }, 403],
    ['a sandboxed page', { ...json, origin: 'null' }, 403],
    ['DNS rebinding', { ...json, host: `evil.example:${port}` }, 403],
    ['rebinding with origin', { ...json, host: `evil.example:${port}`, origin: `http://evil.example:${port}` }, 403],
    ['a name that looks local', { ...json, host: `127.0.0.1.evil.example:${port}` }, 403],
    ['no proper host', { ...json, host: 'a b' }, 403],
    ['our own page', { ...json, origin: emulator.url }, 200],
    ['our own page, as browsers say it', { ...json, origin: emulator.url, 'sec-fetch-site': 'same-origin' }, 200],
    ['another site', { ...json, 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of the same site', { ...json, 'sec-fetch-site': 'same-site' }, 403],
    ['a word that nobody knows', { ...json, 'sec-fetch-site': 'x' }, 403],
    ['a host with a user name', { ...json, host: `evil@127.0.0.1:${port}` }, 403],
    ['the other name of loopback', { ...json, host: `localhost:${port}` }, 200],
  ];
  for (const [name, headers, status] of cases) {
    t.equal(await rawStatus(`${emulator.url}/__emulator/tokens`, 'POST', headers), status, name);
  }
  for (const foreign of [
    { origin: 'http://evil.example' },
    { 'sec-fetch-site': 'same-site' },
    { host: 'evil.example' },
  ]) {
    for (const [method, path] of [
      ...(['users', 'faults', 'clock', 'clients', 'clients/secret?client=x', 'calls', 'about'] as const).map(
        (name) => ['GET', name] as const,
      ),
      ...(['faults', 'clock', 'calls', 'session', 'grants?user=x'] as const).map((name) => ['DELETE', name] as const),
      ...(['tokens', 'faults', 'clock', 'session'] as const).map((name) => ['POST', name] as const),
    ]) {
      const headers = method === 'POST' ? { ...json, ...foreign } : foreign;
      t.equal(await rawStatus(`${emulator.url}/__emulator/${path}`, method, headers), 403, `${method} ${path}`);
    }
  }
  t.equal(
    await rawStatus(`${emulator.url}/__emulator/calls`, 'GET', { 'sec-fetch-site': 'none' }),
    200,
    'an address typed in',
  );
});

t.test('control answers may not be embedded elsewhere', async (t) => {
  const { headers } = await control(await start(t), 'GET', 'calls');
  t.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
  t.equal(headers.get('x-content-type-options'), 'nosniff');
  t.equal(headers.get('cache-control'), 'no-store');
  t.equal(headers.get('access-control-allow-origin'), null);
});

t.test('what it is: address, version and endpoints', async (t) => {
  const emulator = await start(t, { tokenLifetimeS: 60 });
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const about = (await getJson(`${emulator.url}/__emulator/about`)).body;
  t.match(about, { url: emulator.url, version, tokenLifetimeS: 60 });
  t.match(about.endpoints, [{ method: 'GET', path: '/.well-known/openid-configuration' }]);
});

t.test('people: who exists, what they granted; their grants can be ended', async (t) => {
  const emulator = await start(t);
  const ada = async () => (await getJson(`${emulator.url}/__emulator/users`)).body.users;
  t.match(await ada(), [
    { sub: '106488946935451153824', email: 'ada@example.com', emailVerified: true, signedIn: false, grants: [] },
    { name: 'Grace Hopper', hd: 'example.org' },
    { emailVerified: false },
  ]);
  const code = await new Browser(emulator).signIn(emulator, { access_type: 'offline', scope: 'openid email' });
  const tokens = (await exchange(emulator, code)).body;
  const minted = emulator.mintToken();
  const other = emulator.mintToken({ user: 'grace@example.org' });
  t.match(await ada(), [{ grants: [{ project: 'emulator-project', scopes: ['openid', EMAIL] }] }]);
  t.same(await (await control(emulator, 'DELETE', 'grants?user=ada@example.com&project=another')).json(), { ended: 0 });
  t.same(await (await control(emulator, 'DELETE', 'grants?user=ada@example.com')).json(), { ended: 1 });
  t.match(await ada(), [{ grants: [] }]);
  for (const access_token of [String(tokens.access_token), minted]) {
    t.equal((await postForm(emulator, '/tokeninfo', { access_token })).status, 400);
  }
  t.match(await refresh(emulator, String(tokens.refresh_token)), { status: 400, body: { error: 'invalid_grant' } });
  t.equal((await postForm(emulator, '/tokeninfo', { access_token: other })).status, 200, 'of others nothing');
});

t.test('sign in as: the next app that asks in this browser gets that account without a chooser', async (t) => {
  const emulator = await start(t);
  const signedIn = await control(emulator, 'POST', 'session', { user: 'grace@example.org' });
  t.same(await signedIn.json(), { user: '113746508213490785132' });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  t.match(signedIn.headers.getSetCookie()[0], /; HttpOnly; SameSite=Lax$/);
  const page = await fetch(emulator.url + authorizationPath(), { headers: { cookie } });
  const html = await page.text();
  t.match(html, 'Sign in to localhost:3000');
  t.match(html, 'grace@example.org');
  const users = async () => (await getJson(`${emulator.url}/__emulator/users`, { cookie })).body.users;
  t.match(await users(), [{ signedIn: false }, { signedIn: true }, { signedIn: false }]);
  const out = await fetch(`${emulator.url}/__emulator/session`, { method: 'DELETE', headers: { cookie } });
  t.match(out.headers.getSetCookie()[0], 'Max-Age=0');
  t.match(await users(), [{ signedIn: false }, { signedIn: false }, { signedIn: false }]);
});

t.test('clients are told without their secrets; one secret is told to whoever names its client', async (t) => {
  const emulator = await start(t, {
    clients: [
      { id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris: [REDIRECT_URI] },
      { id: 'desktop', type: 'desktop' },
    ],
  });
  const listed = await getJson(`${emulator.url}/__emulator/clients`);
  t.match(listed.body.clients, [
    { id: CLIENT_ID, type: 'web', hasSecret: true, redirectUris: [REDIRECT_URI] },
    { id: 'desktop', type: 'desktop', hasSecret: false, redirectUris: [] },
  ]);
  t.notMatch(JSON.stringify(listed.body), CLIENT_SECRET);
  const secret = async (client: string) => (await control(emulator, 'GET', `clients/secret?client=${client}`)).json();
  t.same(await secret(CLIENT_ID), { client_secret: CLIENT_SECRET });
  t.same(await secret('desktop'), { client_secret: null });
});

t.test('faults: what is on, and one path switched off alone', async (t) => {
  const emulator = await start(t);
  await control(emulator, 'POST', 'faults', { path: '*', kind: 'hang' });
  await control(emulator, 'POST', 'faults', { path: '/token', kind: 'status', status: 429, times: 3 });
  t.equal((await fetch(`${emulator.url}/token`, { method: 'POST' })).status, 429);
  const on = async () => (await getJson(`${emulator.url}/__emulator/faults`)).body;
  t.match(await on(), {
    faults: [
      { path: '*', kind: 'hang' },
      { path: '/token', status: 429, times: 2 },
    ],
  });
  await control(emulator, 'DELETE', 'faults?path=*');
  t.match(await on(), { faults: [{ path: '/token' }] });
  await control(emulator, 'DELETE', 'faults');
  t.same(await on(), { faults: [] });
});

t.test('the clock is read, moved either way, and set back to the machine’s', async (t) => {
  const emulator = await start(t);
  const time = async (method: string, body?: unknown) => (await control(emulator, method, 'clock', body)).json();
  t.match(await time('GET'), { now: Number, aheadMs: 0 });
  t.match(await time('POST', { advanceMs: -900 }), { aheadMs: -900 });
  t.match(await time('POST', { advanceMs: 1000 }), { aheadMs: 100 });
  t.match(await time('DELETE'), { aheadMs: 0 });
  t.equal(emulator.clock.aheadMs(), 0);
  t.equal((await control(emulator, 'POST', 'clock', { advanceMs: Number.MAX_SAFE_INTEGER })).status, 400);
});

t.test('calls: the last so many, or none any more', async (t) => {
  const emulator = await start(t);
  for (const path of ['/tokeninfo', '/revoke', '/token']) await fetch(emulator.url + path);
  const paths = async (query: string) => {
    const { calls } = (await getJson(`${emulator.url}/__emulator/calls${query}`)).body;
    return Array.isArray(calls) ? calls.map(({ path }) => path) : undefined;
  };
  t.same(await paths(''), ['/tokeninfo', '/revoke', '/token']);
  t.same(await paths('?last=2'), ['/revoke', '/token']);
  t.same(await paths('?last=10000'), ['/tokeninfo', '/revoke', '/token']);
  for (const last of ['0', '-1', 'x', '', '1.5', '10001']) {
    t.equal((await control(emulator, 'GET', `calls?last=${last}`)).status, 400, last);
  }
  t.equal((await control(emulator, 'DELETE', 'calls')).status, 200);
  t.same(await paths(''), []);
  t.equal(emulator.calls.count(), 0);
});

t.test('who or what is not known is said', async (t) => {
  const emulator = await start(t);
  for (const [method, path, body, error] of [
    ['DELETE', 'grants', undefined, 'user must be a non-empty string'],
    ['DELETE', 'grants?user=nobody', undefined, 'user is not a known user'],
    ['POST', 'session', { user: 'nobody' }, 'user is not a known user'],
    ['POST', 'session', {}, 'user must be a non-empty string'],
    ['POST', 'session', { user: 'ada@example.com', x: 1 }, 'session has no option "x"'],
    ['GET', 'clients/secret', undefined, 'client must be a non-empty string'],
    ['GET', 'clients/secret?client=x', undefined, 'client is not a known client'],
  ] as const) {
    const answer = await control(emulator, method, path, body);
    t.equal(answer.status, 400);
    t.same(await answer.json(), { error });
  }
});

/** `fetch` does not let a caller choose Host. */
function rawStatus(url: string, method: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject);
    outgoing.end(method === 'POST' ? '{}' : undefined);
  });
}
