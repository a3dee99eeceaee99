import { AuthorizationCode } from 'simple-oauth2';
import t from 'tap';
import { Browser, CLIENT_ID, CLIENT_SECRET, postForm, REDIRECT_URI, start } from './browser.ts';

for (const authorizationMethod of ['header', 'body'] as const) {
  t.test(`simple-oauth2: code, refresh and revocation, with the secret in the ${authorizationMethod}`, async (t) => {
    const emulator = await start(t);
    const client = new AuthorizationCode({
      client: { id: CLIENT_ID, secret: CLIENT_SECRET },
      auth: {
        tokenHost: emulator.url,
        tokenPath: '/token',
        revokePath: '/revoke',
        authorizePath: '/o/oauth2/v2/auth',
      },
      options: { authorizationMethod },
    });
    const query = { redirect_uri: REDIRECT_URI, scope: ['openid', 'email'], state: 's', access_type: 'offline' };
    const browser = new Browser(emulator);
    const chooser = await browser.open(client.authorizeURL(query));
    const { app } = await browser.allow(await browser.choose(chooser, 'ada@example.com'));
    const code = app?.searchParams.get('code') ?? '';
    const token = await client.getToken({ code, redirect_uri: REDIRECT_URI });
    t.notOk(token.expired());
    const fresh = await token.refresh();
    t.not(fresh.token.access_token, token.token.access_token);
    await fresh.revoke('access_token');
    const refused = token.refresh().catch((error: unknown) => error);
    t.match(await refused, { output: { statusCode: 400 }, data: { payload: { error: 'invalid_grant' } } });
    const form = { access_token: String(fresh.token.access_token) };
    t.equal((await postForm(emulator, '/tokeninfo', form)).status, 400);
  });
}
