import { type Test, test } from 'tap';
import { jwtCallback, signOutEvent } from '../src/index.ts';
import { oauthClient } from '../src/oauth-client.ts';
import { type App, clientOptions, jwtParams, signedIn, startApp } from './support/app.ts';
import { Browser } from './support/browser.ts';
import { moveClock } from './support/clock.ts';
import { heldGoogle, listen } from './support/server.ts';

async function start(t: Test): Promise<{ app: App; browser: Browser }> {
  const app = await startApp(t, { tokenLifetimeS: 20 });
  const browser = await signedIn(app);
  // It stands still: a slow machine must not make a token due.
  moveClock(t, 0);
  return { app, browser };
}

/** Google's words (RFC 6749 §5.2 and its own), and what the page is told. */
const terminal = [
  {
    status: 400,
    body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    error: 'invalid_grant',
  },
  {
    status: 400,
    body: {
      error: 'invalid_grant',
      error_description: 'reauth related error (invalid_rapt)',
      error_subtype: 'invalid_rapt',
    },
    error: 'invalid_grant',
  },
];

for (const { status, body, error } of terminal) {
  test(`${status} ${body.error} ends the session with ${error}, and Google is asked no more`, async (t) => {
    const { app, browser } = await start(t);
    app.google.faults.set({ path: '/token', kind: 'status', status, body });
    const session = await app.session(browser);
    t.equal(session.error, error);
    t.equal(session.accessToken, undefined);
    t.type(session.user?.email, 'string', 'still says whose it was');
    const jwt = await app.jwt(browser);
    t.equal(jwt?.accessToken, undefined);
    t.equal(jwt?.refreshToken, undefined);
    app.google.faults.clear();
    t.equal((await app.session(browser)).error, error);
    t.equal((await app.update(browser, {})).error, error);
    t.equal(app.refreshes(), 1);
  });
}

/** What the operator has to mend, and nothing that the user has done. */
const ofTheApplication = [
  { status: 401, body: { error: 'invalid_client', error_description: 'The OAuth client was not found.' } },
  { status: 400, body: { error: 'invalid_client' } },
  { status: 401, body: { error: 'deleted_client' } },
  { status: 401, body: { error: 'disabled_client' } },
  { status: 401, body: { error: 'unauthorized_client' } },
  { status: 400, body: { error: 'unsupported_grant_type' } },
  { status: 400, body: { error: 'invalid_request' } },
  { status: 400, body: { error: 'invalid_scope' } },
];

test('what the operator has to mend says nothing about the grant: it is tried again, with long pauses', async (t) => {
  t.capture(console, 'error');
  const app = await startApp(t, { tokenLifetimeS: 20 });
  for (const { status, body } of ofTheApplication) {
    const browser = await signedIn(app);
    const before = await app.jwt(browser);
    const refreshes = app.refreshes();
    app.google.faults.set({ path: '/token', kind: 'status', status, body });
    for (const [passedMs, asked] of [
      [0, 1],
      [59_000, 1],
      [32_000, 2],
      [119_000, 2],
      [62_000, 3],
    ] as const) {
      moveClock(t, passedMs);
      const session = await app.session(browser);
      t.equal(session.error, undefined, `${status} ${body.error}`);
      t.equal(session.accessToken, before?.accessToken);
      t.equal(app.refreshes() - refreshes, asked, `${passedMs} ms later`);
    }
    t.equal((await app.jwt(browser))?.refreshToken, before?.refreshToken);
    app.google.faults.clear();
    moveClock(t, 450_000);
    const after = await app.session(browser);
    t.equal(after.error, undefined);
    t.not(after.accessToken, before?.accessToken, 'once it is mended, everybody is still signed in');
  }
});

test('a secret that is mended while the server runs is used at once', async (t) => {
  t.capture(console, 'error');
  const { app, browser } = await start(t);
  const token = await app.jwt(browser);
  const wrong = jwtCallback({ ...clientOptions(app), clientSecret: 'GOCSPX-wrong' });
  const kept = await wrong(jwtParams(token));
  t.match(kept, { accessToken: token?.accessToken, refreshToken: token?.refreshToken, error: undefined });
  t.equal(app.refreshes(), 1);
  t.not((await jwtCallback(clientOptions(app))(jwtParams(kept))).accessToken, token?.accessToken);
});

test('the operator is told, once a minute for all sessions together', async (t) => {
  const { app, browser } = await start(t);
  const other = await signedIn(app);
  // The tests before have told it.
  moveClock(t, 3_600_000);
  const logged = t.capture(console, 'error');
  app.google.faults.set({ path: '/token', kind: 'status', status: 401, body: { error: 'invalid_client' } });
  await Promise.all([app.session(browser), app.session(other)]);
  const lines = logged.args();
  t.equal(lines.length, 1);
  t.match(lines[0], [
    '[next-auth-google-bearer][REFRESH_REFUSED]',
    /^Google answered 401: .*clientId.* GOOGLE_CLIENT_SECRET /,
  ]);
});

test('signing in again clears the error', async (t) => {
  const { app, browser } = await start(t);
  app.google.faults.set({ path: '/token', kind: 'status', status: 400, body: { error: 'invalid_grant' }, times: 1 });
  t.equal((await app.session(browser)).error, 'invalid_grant');
  await app.signIn(browser);
  const session = await app.session(browser);
  t.equal(session.error, undefined);
  t.type(session.accessToken, 'string');
});

test('a grant that the user has taken back at Google ends the session', async (t) => {
  const { app, browser } = await start(t);
  const jwt = await app.jwt(browser);
  const body = new URLSearchParams({ token: jwt?.refreshToken ?? '' });
  t.equal((await fetch(`${app.google.url}/revoke`, { method: 'POST', body })).status, 200);
  t.equal((await app.session(browser)).error, 'invalid_grant');
});

/** What may pass by itself. */
const transient = [
  { kind: 'status', status: 500, body: { error: 'internal_failure' } },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 403, body: { error: 'invalid_grant' } },
  { kind: 'status', status: 400, body: { error: 'temporarily_unavailable' } },
  { kind: 'status', status: 400, body: { error: 'constructor' } },
  { kind: 'status', status: 400, body: '<html>Bad Request</html>' },
  { kind: 'status', status: 200, body: {} },
  { kind: 'status', status: 200, body: [] },
  { kind: 'status', status: 200, body: 'ok' },
  { kind: 'status', status: 200, body: { access_token: 'ya29.x' } },
  { kind: 'status', status: 200, body: { access_token: 'ya29.x', expires_in: -5 } },
  { kind: 'status', status: 200, body: { access_token: '', expires_in: 3600 } },
  { kind: 'html', status: 200 },
  { kind: 'html' },
  { kind: 'truncated' },
  { kind: 'reset' },
  { kind: 'hang' },
] as const;

test('an outage keeps the session, waits before the next attempt, and is over by itself', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20 });
  for (const fault of transient) {
    await t.test(JSON.stringify(fault), async (t) => {
      const browser = await signedIn(app);
      moveClock(t, 0);
      const others = app.refreshes();
      const before = await app.session(browser.copy());
      t.equal(app.refreshes() - others, 1);
      moveClock(t, 16_000);
      app.google.faults.set({ path: '/token', ...fault });
      const during = await app.session(browser);
      t.equal(during.error, undefined);
      t.equal(during.accessToken, before.accessToken);
      await Promise.all(Array.from({ length: 20 }, () => app.session(browser)));
      t.equal(app.refreshes() - others, 2, 'not again and again');
      app.google.faults.clear();
      moveClock(t, 2_000);
      const after = await app.session(browser);
      t.equal(after.error, undefined);
      t.not(after.accessToken, before.accessToken);
    });
  }
});

test('the secret and the refresh token do not follow a redirect', async (t) => {
  const { app, browser } = await start(t);
  app.google.faults.set({ path: '/token', kind: 'redirect', location: `${app.api.url}/token` });
  const requests = app.api.requests.length;
  t.equal((await app.session(browser)).error, undefined);
  t.equal(app.api.requests.length, requests);
});

test('the pauses grow, and Retry-After is heeded', async (t) => {
  const { app, browser } = await start(t);
  app.google.faults.set({ path: '/token', kind: 'status', status: 503 });
  const pauses: number[] = [];
  let time = 0;
  let count = 0;
  while (count < 4) {
    await app.session(browser);
    if (app.refreshes() > count) {
      count = app.refreshes();
      pauses.push(time);
      time = 0;
    }
    moveClock(t, 250);
    time += 250;
  }
  const [, second = 0, third = 0, fourth = 0] = pauses;
  t.ok(second >= 1_000 && second <= 1_750, `${second}`);
  t.ok(third >= 2_000 && third <= 3_250, `${third}`);
  t.ok(fourth >= 4_000 && fourth <= 6_250, `${fourth}`);

  app.google.faults.set({ path: '/token', kind: 'status', status: 429, headers: { 'retry-after': '120' } });
  moveClock(t, 60_000);
  await app.session(browser);
  t.equal(app.refreshes(), 5);
  moveClock(t, 118_000);
  await app.session(browser);
  t.equal(app.refreshes(), 5);
  moveClock(t, 3_000);
  await app.session(browser);
  t.equal(app.refreshes(), 6);

  app.google.faults.set({ path: '/token', kind: 'status', status: 503, headers: { 'retry-after': '999999' } });
  moveClock(t, 130_000);
  await app.session(browser);
  moveClock(t, 301_000);
  await app.session(browser);
  t.equal(app.refreshes(), 8, 'but not for days');
});

test('a proxy of the machine is not asked for a Google on this one', async (t) => {
  const { app, browser } = await start(t);
  const asked: string[] = [];
  const proxy = await listen(t, (request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(502).end();
  });
  t.intercept(process, 'env', { value: { ...process.env, HTTP_PROXY: proxy, HTTPS_PROXY: proxy } });
  const before = await app.jwt(browser);
  t.not((await app.session(browser)).accessToken, before?.accessToken);
  t.same(asked, []);
});

test('nor for one in another container, which is asked in clear', async (t) => {
  for (const [url, noProxy] of [
    ['http://google:4400/token', ['localhost', '127.0.0.1', '[::1]', 'google']],
    ['https://oauth2.googleapis.com/token', ['localhost', '127.0.0.1', '[::1]']],
  ] as const) {
    t.match((await oauthClient(url, {}, 0)).transporter.defaults, { noProxy });
    t.equal((await oauthClient(url, {}, 0)).transporter.defaults?.noProxy?.length, noProxy.length);
  }
});

test('an answer that was under way does not undo a sign-out', async (t) => {
  const google = await heldGoogle(t);
  const app = await startApp(t, { tokenLifetimeS: 20, auth: { endpoints: google.url } });
  google.target = app.google.url;
  const browser = await signedIn(app);
  const other = browser.copy();
  t.capture(console, 'error');
  const late = app.session(other);
  await google.answered;
  await app.signOut(browser);
  google.release();
  t.same(await late, {}, 'no session');
  t.equal(other.cookies(app.url).has('next-auth.session-token'), false, 'and no cookie');
  t.same(await app.session(browser.copy()), {});
});

test('nor does one with the tokens that came after, or before', async (t) => {
  t.capture(console, 'error');
  const app = await startApp(t, { tokenLifetimeS: 20, rotateRefreshTokens: true });
  const browser = await signedIn(app);
  const old = browser.copy();
  await app.session(browser);
  const [older, newer] = [old.copy(), browser.copy()];
  await app.signOut(old);
  t.same(await app.session(older), {});
  t.same(await app.session(newer), {});
});

test('nor does one of a session that has no refresh token', async (t) => {
  t.capture(console, 'error');
  const app = await startApp(t);
  const browser = new Browser();
  await app.signIn(browser, { prompt: 'consent' });
  await app.signIn(browser, { prompt: 'select_account' });
  t.equal((await app.jwt(browser))?.refreshToken, undefined);
  const late = browser.copy();
  t.type((await app.session(late)).accessToken, 'string');
  await app.signOut(browser);
  t.same(await app.session(late), {});
});

test('nor does a sign-out undo the sign-in after it, should Google hand out the same access token again', async (t) => {
  const { app } = await start(t);
  const callback = jwtCallback(clientOptions(app));
  const google = { provider: 'google', type: 'oauth', providerAccountId: '1', access_token: 'ya29.same' } as const;
  const account = { ...google, expires_at: Math.floor(Date.now() / 1000) + 60 };
  const first = await callback({ ...jwtParams({}), account });
  signOutEvent(clientOptions(app))({ token: first });
  await t.rejects(async () => callback(jwtParams(first)), /ended by signing out/);
  const second = await callback({ ...jwtParams({}), account });
  t.match(await callback(jwtParams(second)), { accessToken: 'ya29.same' });
});

test('without a refresh token a session lasts as long as its access token', async (t) => {
  const { app } = await start(t);
  const callback = jwtCallback(clientOptions(app));
  const expires_at = Math.floor(Date.now() / 1000) + 60;
  const account = {
    provider: 'google',
    type: 'oauth',
    providerAccountId: '1',
    access_token: 'ya29.x',
    expires_at,
  } as const;
  const token = await callback({ ...jwtParams({}), account });
  t.match(await callback(jwtParams(token)), { accessToken: 'ya29.x', error: undefined });
  moveClock(t, 61_000);
  t.match(await callback(jwtParams(token)), { accessToken: undefined, error: 'no_refresh_token' });
});
