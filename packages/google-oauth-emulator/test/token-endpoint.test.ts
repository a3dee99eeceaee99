import { createHash } from 'node:crypto';
import t from 'tap';
import {
  Browser,
  CALENDAR,
  CLIENT_FIELDS,
  CLIENT_ID,
  CLIENT_SECRET,
  EMAIL,
  exchange,
  postForm,
  REDIRECT_URI,
  refresh,
  start,
} from './browser.ts';

const BAD_REQUEST = { error: 'invalid_grant', error_description: 'Bad Request' };
const ENDED = { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' };
const verifier = 'a-verifier-of-at-least-forty-three-characters';
const challenge = createHash('sha256').update(verifier).digest('base64url');

t.test('PKCE: only the right verifier gets the token', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const code = await browser.signIn(emulator, pkce);
  t.same((await exchange(emulator, code)).body, {
    error: 'invalid_grant',
    error_description: 'Missing code verifier.',
  });
  for (const wrong of ['short', `${verifier}x`, challenge]) {
    const answer = await exchange(emulator, code, { code_verifier: wrong });
    t.match(answer, { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid code verifier.' } });
  }
  t.equal((await exchange(emulator, code, { code_verifier: verifier })).status, 200);
  const plain = await browser.signIn(emulator, { prompt: 'consent', code_challenge: verifier });
  t.equal((await exchange(emulator, plain, { code_verifier: verifier })).status, 200, 'plain is the default method');
  const without = await browser.signIn(emulator, { prompt: 'consent' });
  t.match(await exchange(emulator, without, { code_verifier: verifier }), {
    status: 400,
    body: { error: 'invalid_grant', error_description: 'code_verifier or verifier is not needed.' },
  });
});

t.test('a code works once; when it comes back, what it gave out ends', async (t) => {
  const emulator = await start(t);
  const code = await new Browser(emulator).signIn(emulator, { access_type: 'offline' });
  const first = await exchange(emulator, code);
  const accessToken = String(first.body.access_token);
  const again = await exchange(emulator, code);
  t.equal(again.status, 400);
  t.same(again.body, BAD_REQUEST);
  t.equal((await postForm(emulator, '/tokeninfo', { access_token: accessToken })).status, 400);
  t.same((await refresh(emulator, String(first.body.refresh_token))).body, ENDED);
  t.equal(
    (await postForm(emulator, '/tokeninfo', { access_token: emulator.mintToken() })).status,
    200,
    'others live on',
  );
});

t.test('a code is refused when it is old, made up, from another client or for another redirect URI', async (t) => {
  const emulator = await start(t, {
    clients: [
      { id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris: [REDIRECT_URI] },
      { id: 'other', secret: 'other-secret', redirectUris: [REDIRECT_URI] },
    ],
  });
  const code = await new Browser(emulator).signIn(emulator);
  const other = { client_id: 'other', client_secret: 'other-secret' };
  t.same((await exchange(emulator, code, other)).body, BAD_REQUEST);
  const elsewhere = await exchange(emulator, code, { redirect_uri: 'http://localhost:3000/' });
  t.match(elsewhere, { status: 400, body: { error: 'redirect_uri_mismatch', error_description: 'Bad Request' } });
  t.same((await exchange(emulator, '4/0Anonsense')).body, BAD_REQUEST);
  emulator.clock.advance(10 * 60_000);
  t.same((await exchange(emulator, code)).body, BAD_REQUEST);
  emulator.clock.reset();
  t.equal((await exchange(emulator, code)).status, 200);
});

t.test('a code dies with the grant', async (t) => {
  const emulator = await start(t);
  const code = await new Browser(emulator).signIn(emulator);
  await postForm(emulator, '/revoke', { token: emulator.mintToken() });
  t.same((await exchange(emulator, code)).body, BAD_REQUEST);
});

t.test('who the client is', async (t) => {
  const emulator = await start(t);
  const form = { grant_type: 'refresh_token', refresh_token: 'garbage' };
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
  const cases: [string, Record<string, string>, Record<string, string>, number, string, string][] = [
    ['none', {}, {}, 400, 'invalid_request', 'Could not determine client ID from request.'],
    ['unknown', { client_id: 'x' }, {}, 401, 'invalid_client', 'The OAuth client was not found.'],
    ['unknown by basic', {}, basic('x:y'), 401, 'invalid_client', 'The OAuth client was not found.'],
    ['no secret', { client_id: CLIENT_ID }, {}, 400, 'invalid_request', 'client_secret is missing.'],
    ['wrong secret', { client_id: CLIENT_ID, client_secret: 'x' }, {}, 401, 'invalid_client', 'Unauthorized'],
    ['wrong by basic', {}, basic(`${CLIENT_ID}:x`), 401, 'invalid_client', 'Unauthorized'],
    ['no colon', {}, basic(CLIENT_ID), 401, 'invalid_client', 'Unauthorized'],
    ['not encoded', {}, basic(`${CLIENT_ID}:100%`), 401, 'invalid_client', 'Unauthorized'],
    ['two clients', { client_id: 'x' }, basic('y:z'), 400, 'invalid_request', 'The request names two clients.'],
    ['post', CLIENT_FIELDS, {}, 400, 'invalid_grant', 'Bad Request'],
    ['basic', {}, basic(`${CLIENT_ID}:${CLIENT_SECRET}`), 400, 'invalid_grant', 'Bad Request'],
    ['encoded', {}, basic(`${CLIENT_ID.replaceAll('.', '%2E')}:${CLIENT_SECRET}`), 400, 'invalid_grant', 'Bad Request'],
  ];
  for (const [name, fields, headers, status, error, description] of cases) {
    const answer = await postForm(emulator, '/token', { ...form, ...fields }, headers);
    t.equal(answer.status, status, name);
    t.same(answer.body, { error, error_description: description }, name);
  }
});

t.test('requests that are not in order', async (t) => {
  const emulator = await start(t);
  const cases: [Record<string, string>, string, string][] = [
    [{}, 'invalid_request', 'Required parameter is missing: grant_type'],
    [{ grant_type: 'password' }, 'unsupported_grant_type', 'Invalid grant_type: password'],
    [{ grant_type: 'authorization_code' }, 'invalid_request', 'Missing required parameter: code'],
    [{ grant_type: 'refresh_token' }, 'invalid_request', 'Missing required parameter: refresh_token'],
  ];
  for (const [fields, error, description] of cases) {
    const answer = await postForm(emulator, '/token', { ...CLIENT_FIELDS, ...fields });
    t.match(answer, { status: 400, body: { error, error_description: description } });
  }
  const twice = new URLSearchParams([
    ['grant_type', 'refresh_token'],
    ['grant_type', 'refresh_token'],
  ]);
  t.match(await postForm(emulator, '/token', twice), {
    status: 400,
    body: { error_description: 'OAuth 2 parameters can only have a single value: grant_type' },
  });
  const large = await postForm(emulator, '/token', { code: 'x'.repeat(70_000) });
  t.equal(large.status, 413);
});

t.test('a refresh token works again and again and returns no other', async (t) => {
  const emulator = await start(t);
  const code = await new Browser(emulator).signIn(emulator, {
    access_type: 'offline',
    scope: `openid email ${CALENDAR}`,
  });
  const refreshToken = String((await exchange(emulator, code)).body.refresh_token);
  const first = await refresh(emulator, refreshToken);
  t.equal(first.status, 200);
  t.equal(first.body.scope, `openid ${EMAIL} ${CALENDAR}`);
  t.type(first.body.id_token, 'string');
  t.notOk('refresh_token' in first.body);
  emulator.clock.advance(30 * 86_400_000);
  const narrow = await refresh(emulator, refreshToken, { scope: 'email' });
  t.equal(narrow.body.scope, EMAIL);
  t.notOk('id_token' in narrow.body, 'openid was left out');
  const info = await postForm(emulator, '/tokeninfo', { access_token: String(narrow.body.access_token) });
  t.match(info.body, { scope: EMAIL, access_type: 'offline' });
  t.match(await refresh(emulator, refreshToken, { scope: 'profile' }), {
    status: 400,
    body: { error: 'invalid_scope', error_description: 'Bad Request' },
  });
});

t.test('a refresh token belongs to its client', async (t) => {
  const redirectUris = [REDIRECT_URI];
  const emulator = await start(t, {
    clients: [
      { id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris },
      { id: 'other', secret: 'other-secret', redirectUris },
    ],
  });
  const code = await new Browser(emulator).signIn(emulator, { access_type: 'offline' });
  const refreshToken = String((await exchange(emulator, code)).body.refresh_token);
  t.match(await refresh(emulator, refreshToken, { client_id: 'other', client_secret: 'other-secret' }), {
    status: 401,
    body: { error: 'unauthorized_client', error_description: 'Unauthorized' },
  });
});

t.test('a client with rotation gets a new refresh token each time, and the old one dies', async (t) => {
  const client = { id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris: [REDIRECT_URI], rotateRefreshTokens: true };
  const emulator = await start(t, { clients: [client] });
  const code = await new Browser(emulator).signIn(emulator, { access_type: 'offline' });
  const first = String((await exchange(emulator, code)).body.refresh_token);
  const second = String((await refresh(emulator, first)).body.refresh_token);
  t.match(second, /^1\/\//);
  t.not(second, first);
  t.same((await refresh(emulator, first)).body, ENDED);
  t.equal((await refresh(emulator, second)).status, 200);
});

t.test('short lifetimes', async (t) => {
  const emulator = await start(t, { tokenLifetimeS: 1 });
  const code = await new Browser(emulator).signIn(emulator);
  const { body } = await exchange(emulator, code);
  t.equal(body.expires_in, 1);
  emulator.clock.advance(1000);
  t.equal((await postForm(emulator, '/tokeninfo', { access_token: String(body.access_token) })).status, 400);
});
