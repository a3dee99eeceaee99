import type { Fault } from 'google-oauth-emulator';
import { NextRequest } from 'next/server.js';
import { encode } from 'next-auth/jwt';
import { test } from 'tap';
import { grantHandler, jwtCallback } from '../src/index.ts';
import { type App, clientOptions, jwtParams, SECRET, signedIn, startApp } from './support/app.ts';
import type { Browser } from './support/browser.ts';

async function endGrant(
  app: App,
  browser: Browser | undefined,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Promise<Response> {
  const cookie =
    browser === undefined ? '' : [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join('; ');
  return grantHandler(clientOptions(app))(
    new NextRequest(`${app.url}/api/grant`, {
      method: 'DELETE',
      headers: { ...headers, cookie },
      ...(body !== undefined && { body }),
    }),
  );
}

function grantIsOver(app: App, accessToken: string | undefined): Promise<boolean> {
  const body = new URLSearchParams({ access_token: accessToken ?? '' });
  return fetch(`${app.google.url}/tokeninfo`, { method: 'POST', body }).then(({ status }) => status === 400);
}

test('ends the grant at Google, so that no session of this person can refresh any more', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20 });
  const here = await signedIn(app);
  const there = await signedIn(app);
  const { accessToken } = await app.session(there);
  t.equal((await endGrant(app, here)).status, 204);
  t.ok(await grantIsOver(app, accessToken));
  t.equal((await app.update(there, { refusedAccessToken: accessToken })).error, 'invalid_grant');
  t.equal((await endGrant(app, here)).status, 204, 'over already is over');
});

test('a dead access token does not keep the grant from being ended', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  const refreshToken = (await app.jwt(browser))?.refreshToken ?? '';
  app.google.clock.advance(7_200_000);
  t.equal((await endGrant(app, browser)).status, 204);
  t.equal(
    (await jwtCallback(clientOptions(app))(jwtParams({ accessToken: 'x', accessTokenExpiresAt: 0, refreshToken })))
      .error,
    'invalid_grant',
  );
});

test('a refresh token that was replaced stands for the one that replaced it', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20, rotateRefreshTokens: true });
  const browser = await signedIn(app);
  const late = browser.copy();
  const { accessToken } = await app.session(browser);
  t.equal((await endGrant(app, late)).status, 204);
  t.ok(await grantIsOver(app, accessToken));
});

test('not for somebody else than the page shows, and not for another site', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  const { subject, accessToken } = await app.session(browser);
  t.equal((await endGrant(app, browser, { body: JSON.stringify({ subject: '1' }) })).status, 409);
  for (const site of ['cross-site', 'same-site', 'none']) {
    t.equal((await endGrant(app, browser, { headers: { 'sec-fetch-site': site } })).status, 403);
  }
  t.notOk(await grantIsOver(app, accessToken));
  const headers = { 'sec-fetch-site': 'same-origin' };
  t.equal((await endGrant(app, browser, { headers, body: JSON.stringify({ subject }) })).status, 204);
  t.ok(await grantIsOver(app, accessToken));
});

test('the cookie is found whatever NEXTAUTH_URL looks like, and on hosts that set none', async (t) => {
  const app = await startApp(t);
  const token = await app.jwt(await signedIn(app));
  const cookie = await encode({ token: token ?? {}, secret: SECRET });
  for (const url of [undefined, 'example.com', 'https://example.com', 'http://localhost:3000']) {
    t.intercept(process, 'env', { value: { ...process.env, NEXTAUTH_URL: url } });
    for (const name of ['next-auth.session-token', '__Secure-next-auth.session-token']) {
      const headers = { cookie: `${name}=${cookie}` };
      const request = new NextRequest('http://localhost:3000/api/grant', { method: 'DELETE', headers });
      t.equal((await grantHandler(clientOptions(app))(request)).status, 204, `${url} ${name}`);
    }
  }
});

test('nobody signed in: 401, and Google is not asked', async (t) => {
  const app = await startApp(t);
  t.equal((await endGrant(app, undefined)).status, 401);
  t.equal(app.google.calls.count('/revoke'), 0);
});

/** What Google may do instead; the address is one that the token must not get to. */
const troubles: ((elsewhere: string) => Fault)[] = [
  () => ({ path: '/revoke', kind: 'status', status: 500 }),
  () => ({ path: '/revoke', kind: 'status', status: 400, body: { error: 'invalid_request' } }),
  () => ({ path: '/revoke', kind: 'html' }),
  () => ({ path: '/revoke', kind: 'reset' }),
  (location) => ({ path: '/revoke', kind: 'redirect', location }),
];
for (const trouble of troubles) {
  test(`503 when Google does not do it: ${JSON.stringify(trouble(''))}`, async (t) => {
    const logged = t.capture(console, 'error');
    const app = await startApp(t);
    const browser = await signedIn(app);
    const { accessToken } = await app.session(browser);
    app.google.faults.set(trouble(`${app.api.url}/elsewhere`));
    const requests = app.api.requests.length;
    const response = await endGrant(app, browser);
    t.equal(response.status, 503);
    t.equal(response.headers.get('retry-after'), '5');
    t.equal(app.api.requests.length, requests);
    t.notOk(await grantIsOver(app, accessToken));
    const [line = []] = logged.args();
    t.equal(line[0], '[next-auth-google-bearer][GRANT_NOT_ENDED]');
    t.match(line[1], /^Google (answered \d+|could not be reached)$/);
  });
}
