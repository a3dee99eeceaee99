import * as client from 'openid-client';
import t from 'tap';
import { Browser, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, start } from './browser.ts';

const METHODS: [string, client.ClientAuth][] = [
  ['post', client.ClientSecretPost(CLIENT_SECRET)],
  ['basic', client.ClientSecretBasic(CLIENT_SECRET)],
];

for (const [name, authentication] of METHODS) {
  t.test(`openid-client runs the code flow with PKCE, client authentication by ${name}`, async (t) => {
    const emulator = await start(t);
    const config = await client.discovery(new URL(emulator.url), CLIENT_ID, undefined, authentication, {
      execute: [client.allowInsecureRequests],
    });
    client.enableNonRepudiationChecks(config);
    const verifier = client.randomPKCECodeVerifier();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid email',
      access_type: 'offline',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const browser = new Browser(emulator);
    const { app } = await browser.allow(await browser.choose(await browser.open(url.href), 'una@example.net'));
    const tokens = await client.authorizationCodeGrant(config, app ?? url, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
    });
    const claims = tokens.claims();
    t.match(claims, { iss: emulator.url, aud: CLIENT_ID, email: 'una@example.net', email_verified: false });
    const info = await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '');
    t.match(info, { sub: claims?.sub, email: 'una@example.net', email_verified: false });
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    t.match(refreshed, { token_type: 'bearer', access_token: /^ya29\./ });
    await client.tokenRevocation(config, refreshed.access_token);
    await t.rejects(client.fetchUserInfo(config, refreshed.access_token, claims?.sub ?? ''), {
      code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
    });
  });
}
