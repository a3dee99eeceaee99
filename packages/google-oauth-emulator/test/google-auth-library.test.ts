import { CodeChallengeMethod, gaxios, OAuth2Client } from 'google-auth-library';
import t from 'tap';
import type { GoogleEmulator } from '../src/index.ts';
import { Browser, CLIENT_ID, CLIENT_SECRET, EMAIL, PROFILE, REDIRECT_URI, start } from './browser.ts';

function createClient({ url }: GoogleEmulator): OAuth2Client {
  return new OAuth2Client({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    redirectUri: REDIRECT_URI,
    issuers: [url],
    endpoints: {
      tokenInfoUrl: `${url}/tokeninfo`,
      oauth2AuthBaseUrl: `${url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${url}/token`,
      oauth2RevokeUrl: `${url}/revoke`,
      oauth2FederatedSignonPemCertsUrl: `${url}/oauth2/v1/certs`,
      oauth2FederatedSignonJwkCertsUrl: `${url}/oauth2/v3/certs`,
    },
  });
}

/** The body of the error with which the library rejects. */
async function refusal(attempt: Promise<unknown>): Promise<unknown> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof gaxios.GaxiosError ? error.response?.data : error;
}

t.test('Google’s own client signs in, verifies, refreshes, asks and revokes', async (t) => {
  const emulator = await start(t);
  const client = createClient(emulator);
  const { codeVerifier, codeChallenge } = await client.generateCodeVerifierAsync();
  const url = client.generateAuthUrl({
    access_type: 'offline',
    scope: ['openid', 'email', 'profile'],
    code_challenge: codeChallenge ?? '',
    code_challenge_method: CodeChallengeMethod.S256,
  });
  const browser = new Browser(emulator);
  const { app } = await browser.allow(await browser.choose(await browser.open(url), 'grace@example.org'));
  const { tokens } = await client.getToken({ code: app?.searchParams.get('code') ?? '', codeVerifier });
  client.setCredentials(tokens);

  const ticket = await client.verifyIdToken({ idToken: tokens.id_token ?? '', audience: CLIENT_ID });
  t.match(ticket.getPayload(), {
    iss: emulator.url,
    sub: '113746508213490785132',
    email: 'grace@example.org',
    email_verified: true,
    hd: 'example.org',
  });

  const before = tokens.access_token ?? '';
  t.match(await client.getTokenInfo(before), {
    aud: CLIENT_ID,
    sub: '113746508213490785132',
    scopes: ['openid', EMAIL, PROFILE],
    email_verified: 'true',
    access_type: 'offline',
  });

  const { credentials } = await client.refreshAccessToken();
  t.not(credentials.access_token, before);
  t.equal(credentials.refresh_token, tokens.refresh_token);

  t.equal((await client.revokeToken(before)).status, 200);
  const dead = { error: 'invalid_token', error_description: 'Token expired or revoked' };
  t.same(await refusal(client.getTokenInfo(before)), { error: 'invalid_token', error_description: 'Invalid Value' });
  t.same(await refusal(client.refreshAccessToken()), {
    error: 'invalid_grant',
    error_description: 'Token has been expired or revoked.',
  });
  t.same(await refusal(client.revokeToken(before)), dead);
});

t.test('it refuses an ID token that another Google signed', async (t) => {
  const [emulator, other] = [await start(t), await start(t)];
  const browser = new Browser(other);
  const client = createClient(other);
  const url = client.generateAuthUrl({ scope: ['openid'] });
  const { app } = await browser.allow(await browser.choose(await browser.open(url), 'ada@example.com'));
  const { tokens } = await client.getToken(app?.searchParams.get('code') ?? '');
  const attempt = createClient(emulator).verifyIdToken({ idToken: tokens.id_token ?? '', audience: CLIENT_ID });
  await t.rejects(attempt, /No pem found/);
});

t.test('it understands tokens of service accounts', async (t) => {
  const emulator = await start(t);
  const info = await createClient(emulator).getTokenInfo(emulator.mintToken({ kind: 'service-account' }));
  t.match(info, { aud: /^\d+$/, email: 'robot@emulator-project.iam.gserviceaccount.com', sub: undefined });
});
