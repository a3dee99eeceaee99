import { createHash } from 'node:crypto';
import t from 'tap';
import { Browser, CLIENT_SECRET, postForm, start } from './browser.ts';

const clients = [
  { id: 'desktop', type: 'desktop' as const },
  { id: 'desktop-with-secret', type: 'desktop' as const, secret: 'not-confidential' },
  { id: 'web', secret: CLIENT_SECRET, redirectUris: ['http://127.0.0.1:3000/cb'] },
];
const verifier = 'a-verifier-of-at-least-forty-three-characters';
const pkce = {
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};
const REDIRECT = 'http://127.0.0.1:51234/';

t.test('any port and path of loopback will do', async (t) => {
  const emulator = await start(t, { clients });
  for (const redirect_uri of [
    'http://127.0.0.1:51234',
    'http://127.0.0.1:1/callback',
    'http://127.0.0.1/',
    'http://[::1]:65535/a/b?c=d',
    'http://localhost:8080/oauth2callback',
  ]) {
    const browser = new Browser(emulator);
    const chooser = await browser.authorize({ client_id: 'desktop', redirect_uri, prompt: 'consent', ...pkce });
    t.equal(chooser.status, 200, redirect_uri);
    const { app } = await browser.allow(await browser.choose(chooser, 'ada@example.com'));
    t.equal(app?.origin, new URL(redirect_uri).origin);
    const code = app?.searchParams.get('code') ?? '';
    const form = {
      client_id: 'desktop',
      grant_type: 'authorization_code',
      code,
      redirect_uri,
      code_verifier: verifier,
    };
    t.equal((await postForm(emulator, '/token', form)).status, 200);
  }
});

t.test('what only looks like loopback is refused with a page, and so is loopback for a web client', async (t) => {
  const emulator = await start(t, { clients });
  const browser = new Browser(emulator);
  for (const redirect_uri of [
    'https://127.0.0.1:51234/',
    'http://127.0.0.2:51234/',
    'http://127.1:51234/',
    'http://2130706433/',
    'http://127.0.0.1.evil.example/',
    'http://127.0.0.1:51234@evil.example/',
    'http://localhost@evil.example/',
    'http://localhost.evil.example/',
    'http://evil.example/127.0.0.1',
    'http://127.0.0.1:99999/',
    'http://127.0.0.1:51234\\@evil.example/',
    'http://127.0.0.1:51234/#fragment',
    'http://127.0.0.1:51234/a b',
    'HTTP://127.0.0.1:51234/',
    ' http://127.0.0.1:51234/',
    '//127.0.0.1/',
    'http://0.0.0.0:51234/',
    'http://[::ffff:127.0.0.1]/',
    'javascript:alert(1)',
    'postmessage',
  ]) {
    const page = await browser.authorize({ client_id: 'desktop', redirect_uri, ...pkce });
    t.match(page, { status: 400, html: 'redirect_uri_mismatch', app: undefined }, redirect_uri);
  }
  const page = await browser.authorize({ client_id: 'web', redirect_uri: 'http://127.0.0.1:3001/cb' });
  t.match(page, { status: 400, html: 'redirect_uri_mismatch' });
});

t.test('the code goes with the redirect URI of its own request', async (t) => {
  const emulator = await start(t, { clients });
  const code = await new Browser(emulator).signIn(emulator, { client_id: 'desktop', redirect_uri: REDIRECT, ...pkce });
  const form = { client_id: 'desktop', grant_type: 'authorization_code', code, code_verifier: verifier };
  const other = { ...form, redirect_uri: 'http://127.0.0.1:51235/' };
  t.match(await postForm(emulator, '/token', other), { status: 400, body: { error: 'redirect_uri_mismatch' } });
});

t.test('without its secret, only PKCE gets the token; a secret that is sent must be right', async (t) => {
  const emulator = await start(t, { clients });
  const attempt = async (id: string, asked: object, sent: Record<string, string>) => {
    const parameters = { client_id: id, redirect_uri: REDIRECT, access_type: 'offline', prompt: 'consent', ...asked };
    const code = await new Browser(emulator).signIn(emulator, parameters);
    const form = { client_id: id, grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...sent };
    return postForm(emulator, '/token', form);
  };
  const secret = { client_secret: 'not-confidential' };
  const missing = { status: 400, body: { error: 'invalid_request', error_description: 'client_secret is missing.' } };
  const wrong = { status: 401, body: { error: 'invalid_client' } };
  t.match(await attempt('desktop', {}, {}), missing, 'neither');
  t.match(await attempt('desktop-with-secret', {}, {}), missing, 'neither');
  t.match(await attempt('desktop-with-secret', {}, secret), { status: 200 }, 'the secret');
  t.match(await attempt('desktop-with-secret', pkce, { code_verifier: verifier }), { status: 200 }, 'PKCE');
  t.match(await attempt('desktop-with-secret', pkce, { ...secret, code_verifier: verifier }), { status: 200 }, 'both');
  t.match(await attempt('desktop-with-secret', pkce, { code_verifier: verifier, client_secret: 'x' }), wrong);
  t.match(await attempt('desktop', pkce, { code_verifier: verifier, client_secret: 'x' }), wrong, 'it has none');
  t.match(await attempt('desktop', pkce, { code_verifier: verifier, client_secret: '' }), { status: 200 }, 'empty');
  t.match(await attempt('desktop', pkce, {}), { status: 400, body: { error_description: 'Missing code verifier.' } });
});

t.test('its refresh needs no secret either, while a web client’s does', async (t) => {
  const emulator = await start(t, { clients });
  const parameters = { client_id: 'desktop', redirect_uri: REDIRECT, access_type: 'offline', ...pkce };
  const code = await new Browser(emulator).signIn(emulator, parameters);
  const form = { client_id: 'desktop', code, redirect_uri: REDIRECT, code_verifier: verifier };
  const { body } = await postForm(emulator, '/token', { ...form, grant_type: 'authorization_code' });
  const refresh_token = String(body.refresh_token);
  const refresh = { grant_type: 'refresh_token', refresh_token };
  t.equal((await postForm(emulator, '/token', { client_id: 'desktop', ...refresh })).status, 200);
  t.match(await postForm(emulator, '/token', { client_id: 'web', ...refresh }), {
    status: 400,
    body: { error_description: 'client_secret is missing.' },
  });
});
