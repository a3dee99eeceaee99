import * as arctic from 'arctic';
import t from 'tap';
import { Browser, CLIENT_ID, CLIENT_SECRET, getJson, REDIRECT_URI, start } from './browser.ts';

/** Google's hosts are fixed in arctic; what goes there comes here. */
function reroute(emulatorUrl: string): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    const { hostname, pathname, search } = new URL(request.url);
    if (!hostname.endsWith('.googleapis.com')) return real(request);
    return real(new Request(`${emulatorUrl}${pathname}${search}`, request));
  };
  return () => {
    globalThis.fetch = real;
  };
}

t.test('arctic: code with PKCE, refresh and revocation, at the paths that it has for Google', async (t) => {
  const emulator = await start(t);
  t.teardown(reroute(emulator.url));
  const google = new arctic.Google(CLIENT_ID, CLIENT_SECRET, REDIRECT_URI);
  const verifier = arctic.generateCodeVerifier();
  const url = google.createAuthorizationURL(arctic.generateState(), verifier, ['openid', 'email', 'profile']);
  url.searchParams.set('access_type', 'offline');
  const browser = new Browser(emulator);
  const chooser = await browser.open(url.pathname + url.search);
  const { app } = await browser.allow(await browser.choose(chooser, 'una@example.net'));
  const tokens = await google.validateAuthorizationCode(app?.searchParams.get('code') ?? '', verifier);
  t.match(arctic.decodeIdToken(tokens.idToken()), { email: 'una@example.net', email_verified: false });
  const headers = { authorization: `Bearer ${tokens.accessToken()}` };
  t.match((await getJson(`${emulator.url}/v1/userinfo`, headers)).body, { email: 'una@example.net' });
  const fresh = await google.refreshAccessToken(tokens.refreshToken());
  t.not(fresh.accessToken(), tokens.accessToken());
  await google.revokeToken(fresh.accessToken());
  await t.rejects(google.refreshAccessToken(tokens.refreshToken()), { code: 'invalid_grant' });
});

t.test('arctic: a desktop client without a secret', async (t) => {
  const emulator = await start(t, { clients: [{ id: 'desktop', type: 'desktop' }] });
  const redirectUri = 'http://127.0.0.1:50123/callback';
  const client = new arctic.OAuth2Client('desktop', null, redirectUri);
  const verifier = arctic.generateCodeVerifier();
  const url = client.createAuthorizationURLWithPKCE(
    `${emulator.url}/o/oauth2/v2/auth`,
    'state',
    arctic.CodeChallengeMethod.S256,
    verifier,
    ['openid'],
  );
  const browser = new Browser(emulator);
  const { app } = await browser.allow(await browser.choose(await browser.open(url.href), 'ada@example.com'));
  const code = app?.searchParams.get('code') ?? '';
  await t.rejects(client.validateAuthorizationCode(`${emulator.url}/token`, code, null), { code: 'invalid_grant' });
  const tokens = await client.validateAuthorizationCode(`${emulator.url}/token`, code, verifier);
  t.match(tokens.accessToken(), /^ya29\./);
});
