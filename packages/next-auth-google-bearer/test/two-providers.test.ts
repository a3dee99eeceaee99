import { NextRequest } from 'next/server.js';
import type { NextAuthOptions, Session } from 'next-auth';
import type { OAuthConfig } from 'next-auth/providers/oauth';
import { type Test, test } from 'tap';
import { grantHandler, jwtCallback, sessionCallback } from '../src/index.ts';
import { type App, CLIENT_ID, CLIENT_SECRET, clientOptions, jwtParams, signedIn, startApp } from './support/app.ts';
import { Browser } from './support/browser.ts';
import { moveClock } from './support/clock.ts';
import { sqliteAdapter } from './support/sqlite-adapter.ts';

/** An app with another provider beside Google, in whose sessions it keeps tokens under the names that everybody uses. */
function startWithOther(t: Test, extra: Partial<NextAuthOptions> = {}): Promise<App> {
  return startApp(t, {
    extra: ({ providers, callbacks }, google) => {
      const other: OAuthConfig<{ sub: string; name: string; email: string }> = {
        id: 'other',
        name: 'Other',
        type: 'oauth',
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        wellKnown: `${google.url}/.well-known/openid-configuration`,
        issuer: google.url,
        authorization: { params: { scope: 'openid email profile', access_type: 'offline', prompt: 'consent' } },
        idToken: true,
        profile: ({ sub, name, email }) => ({ id: `other-${sub}`, name, email }),
      };
      return {
        providers: [...providers, other],
        callbacks: {
          ...callbacks,
          async jwt(params) {
            const token = await callbacks.jwt(params);
            if (params.account?.provider !== 'other') return token;
            const { access_token = '', refresh_token = '', expires_at = 0 } = params.account;
            const tokens = { accessToken: access_token, refreshToken: refresh_token };
            return { ...token, ...tokens, accessTokenExpiresAt: expires_at * 1000 };
          },
        },
        ...extra,
      };
    },
  });
}

function signInWithOther(app: App, browser: Browser): Promise<{ url: URL }> {
  return app.signIn(browser, {}, 'other');
}

test('another provider passes: nobody is stored, renewed or told to sign in again', async (t) => {
  const written = t.capture(console, 'error');
  const app = await startWithOther(t);
  const browser = new Browser();
  t.equal((await signInWithOther(app, browser)).url.pathname, '/signed-in');
  t.same(app.api.requests, []);
  const before = await app.jwt(browser);
  for (const passedMs of [0, 3_500_000, 7_200_000]) {
    moveClock(t, passedMs);
    const session = await app.session(browser);
    t.same(Object.keys(session).sort(), ['expires', 'user'], 'NextAuth’s own session');
    t.same(Object.keys(await app.update(browser, { refusedAccessToken: before?.accessToken })), ['user', 'expires']);
  }
  const { iat, exp, jti, ...content } = { ...(await app.jwt(browser)) };
  t.match(before, content, 'what the app keeps stays');
  t.equal(app.refreshes(), 0, 'a token of another provider is not sent to Google');
  t.same(written.args(), []);
});

test('nor is a failure that the app has noted in it told to the page as one of Google’s', async (t) => {
  const token = { sub: 'okta|1', error: 'invalid_grant' as const, refreshToken: 'x' };
  const session = { expires: '', user: {} };
  const params = { session, token, user: { id: '', email: '', emailVerified: null }, newSession: undefined };
  t.equal(await sessionCallback()({ ...params, trigger: 'update' }), session);
});

test('nor is anything of a session that names somebody in another way', async (t) => {
  const app = await startWithOther(t);
  const tokens = { accessToken: 'x', refreshToken: 'of-another', accessTokenExpiresAt: 1 };
  for (const who of [{ sub: '583231' }, { sub: 'okta|1' }, { name: 'Ada' }, { email: 'ada@example.com' }]) {
    const token = { ...who, ...tokens };
    t.equal(await jwtCallback(clientOptions(app))(jwtParams(token)), token);
  }
  t.equal(app.refreshes(), 0);
});

test('nor is its token sent to Google to end a grant', async (t) => {
  const app = await startWithOther(t);
  const browser = new Browser();
  await signInWithOther(app, browser);
  const cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join('; ');
  const request = new NextRequest(`${app.url}/api/grant`, { method: 'DELETE', headers: { cookie } });
  t.equal((await grantHandler(clientOptions(app))(request)).status, 401);
  t.equal(app.google.calls.count('/revoke'), 0);
});

test('signing out of it works, and Google beside it', async (t) => {
  const app = await startWithOther(t);
  const browser = new Browser();
  await signInWithOther(app, browser);
  await app.signOut(browser);
  t.same(await app.session(browser), {});
  const withGoogle: Partial<Session> = await app.session(await signedIn(app));
  t.equal(withGoogle.subject, app.google.users[0]?.sub);
});

test('one after the other in one browser, each session is its own', async (t) => {
  const app = await startWithOther(t, { adapter: sqliteAdapter(t) });
  const browser = await signedIn(app);
  t.type((await app.session(browser)).accessToken, 'string');
  // Linked to the same user, since somebody is signed in.
  t.equal((await signInWithOther(app, browser)).url.pathname, '/signed-in');
  t.same(Object.keys(await app.session(browser)).sort(), ['expires', 'user']);
  await app.signIn(browser);
  t.match(await app.session(browser), { subject: app.google.users[0]?.sub, accessToken: String });
});
