import * as oauth from 'oauth4webapi';
import t from 'tap';
import type { GoogleEmulator } from '../src/index.ts';
import { Browser, CLIENT_ID, CLIENT_SECRET, formWith, REDIRECT_URI, start } from './browser.ts';

const insecure = { [oauth.allowInsecureRequests]: true };

async function discover(emulator: GoogleEmulator): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(emulator.url);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
}

async function signIn(emulator: GoogleEmulator, server: oauth.AuthorizationServer, more: Record<string, string>) {
  const verifier = oauth.generateRandomCodeVerifier();
  const url = new URL(server.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    response_type: 'code',
    scope: 'openid email profile',
    access_type: 'offline',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: 'the-state',
    nonce: 'the-nonce',
    ...more,
  }).toString();
  const browser = new Browser(emulator);
  const page = await browser.allow(await browser.choose(await browser.open(url.href), 'grace@example.org'));
  return { page, verifier };
}

const AUTHENTICATIONS = [
  ['Basic', oauth.ClientSecretBasic(CLIENT_SECRET)],
  ['form', oauth.ClientSecretPost(CLIENT_SECRET)],
] as const;

for (const [name, authentication] of AUTHENTICATIONS) {
  t.test(`oauth4webapi: code, userinfo, refresh and revocation, with the secret by ${name}`, async (t) => {
    const emulator = await start(t);
    const server = await discover(emulator);
    const client: oauth.Client = { client_id: CLIENT_ID };
    const sent = { client_id: CLIENT_ID, redirect_uri: REDIRECT_URI };
    const { page, verifier } = await signIn(emulator, server, sent);
    const parameters = oauth.validateAuthResponse(server, client, page.app ?? new URL(REDIRECT_URI), 'the-state');
    const exchanged = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication,
      parameters,
      REDIRECT_URI,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, exchanged, {
      expectedNonce: 'the-nonce',
      requireIdToken: true,
    });
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    t.match(claims, { iss: emulator.url, email: 'grace@example.org', hd: 'example.org' });
    const asked = await oauth.userInfoRequest(server, client, tokens.access_token, insecure);
    const info = await oauth.processUserInfoResponse(server, client, claims?.sub ?? '', asked);
    t.match(info, { name: 'Grace Hopper', email_verified: true });
    const refreshToken = tokens.refresh_token ?? '';
    const renewed = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, insecure);
    const fresh = await oauth.processRefreshTokenResponse(server, client, renewed);
    t.not(fresh.access_token, tokens.access_token);
    const revoked = await oauth.revocationRequest(server, client, authentication, fresh.access_token, insecure);
    await oauth.processRevocationResponse(revoked);
    const dead = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, insecure);
    const refused = oauth.processRefreshTokenResponse(server, client, dead).catch((error: unknown) => error);
    t.match(await refused, { name: 'ResponseBodyError', error: 'invalid_grant' });
  });
}

t.test('oauth4webapi: a desktop program without a secret, on a free port of loopback', async (t) => {
  const emulator = await start(t, { clients: [{ id: 'desktop', type: 'desktop' }] });
  const server = await discover(emulator);
  const client: oauth.Client = { client_id: 'desktop' };
  const redirectUri = 'http://[::1]:49152/callback';
  const { page, verifier } = await signIn(emulator, server, { client_id: 'desktop', redirect_uri: redirectUri });
  const parameters = oauth.validateAuthResponse(server, client, page.app ?? new URL(redirectUri), 'the-state');
  const exchanged = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri,
    verifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, exchanged, {
    expectedNonce: 'the-nonce',
  });
  const renewed = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    tokens.refresh_token ?? '',
    insecure,
  );
  t.match(await oauth.processRefreshTokenResponse(server, client, renewed), { access_token: /^ya29\./ });
});

t.test('oauth4webapi: the answer of response_mode=form_post', async (t) => {
  const emulator = await start(t);
  const server = await discover(emulator);
  const client: oauth.Client = { client_id: CLIENT_ID };
  const sent = { client_id: CLIENT_ID, redirect_uri: REDIRECT_URI, response_mode: 'form_post' };
  const { page, verifier } = await signIn(emulator, server, sent);
  const parameters = oauth.validateAuthResponse(server, client, formWith(page, 'name="code"').fields, 'the-state');
  const exchanged = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.ClientSecretPost(CLIENT_SECRET),
    parameters,
    REDIRECT_URI,
    verifier,
    insecure,
  );
  t.ok(await oauth.processAuthorizationCodeResponse(server, client, exchanged, { expectedNonce: 'the-nonce' }));
});
