import { join } from 'node:path';
import { bundle } from '@google-bearer/test-kit/bundle';
import { test } from 'tap';
import { clientOptions, jwtParams, signedIn, startApp } from './support/app.ts';
import { moveClock } from './support/clock.ts';

const TEN_MINUTES_MS = 600_000;
const HOUR_MS = 3_600_000;

test('an access token is renewed 10 minutes before its end, and not earlier', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  const first = await app.session(browser);
  moveClock(t, HOUR_MS - TEN_MINUTES_MS - 30_000);
  t.equal((await app.session(browser)).accessToken, first.accessToken);
  t.equal(app.refreshes(), 0);
  moveClock(t, 60_000);
  const second = await app.session(browser);
  t.not(second.accessToken, first.accessToken);
  t.equal(Number(second.accessTokenExpiresAt) - Number(second.accessTokenRefreshAt), TEN_MINUTES_MS);
  t.equal((await app.session(browser)).accessToken, second.accessToken);
  t.equal(app.refreshes(), 1);
});

test('refreshBeforeMs says how long before', async (t) => {
  const app = await startApp(t, { auth: { refreshBeforeMs: HOUR_MS / 2 } });
  const browser = await signedIn(app);
  moveClock(t, HOUR_MS / 2 - 30_000);
  await app.session(browser);
  t.equal(app.refreshes(), 0);
  moveClock(t, 60_000);
  await app.session(browser);
  t.equal(app.refreshes(), 1);
});

test('a token that lives less than 10 minutes is not renewed at every turn', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20 });
  const browser = await signedIn(app);
  moveClock(t, 0);
  // The first one's whole life is not known.
  const session = await app.session(browser);
  t.equal(app.refreshes(), 1);
  t.equal(Math.round((Number(session.accessTokenExpiresAt) - Number(session.accessTokenRefreshAt)) / 1000), 5);
  await app.session(browser);
  t.equal(app.refreshes(), 1);
  moveClock(t, 16_000);
  await app.session(browser);
  t.equal(app.refreshes(), 2);
});

test('the refresh token is kept, since Google sends none along', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20 });
  const browser = await signedIn(app);
  moveClock(t, 0);
  const before = await app.jwt(browser);
  await app.session(browser);
  const after = await app.jwt(browser);
  t.not(after?.accessToken, before?.accessToken);
  t.equal(after?.refreshToken, before?.refreshToken);
});

test('a refresh token that comes along takes the place of the old one', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20, rotateRefreshTokens: true });
  const browser = await signedIn(app);
  moveClock(t, 0);
  const late = browser.copy();
  const before = await app.jwt(browser);
  await app.session(browser);
  const after = await app.jwt(browser);
  t.type(after?.refreshToken, 'string');
  t.not(after?.refreshToken, before?.refreshToken);
  moveClock(t, 16_000);
  const third = await app.session(browser);
  t.equal(third.error, undefined, 'the new one works');
  t.equal((await app.session(late)).accessToken, third.accessToken, 'who comes with the first is led to the last');
  t.equal(app.refreshes(), 2);
});

test('200 requests at once cost one refresh, and so do the late ones', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20 });
  const browser = await signedIn(app);
  moveClock(t, 0);
  const late = browser.copy();
  app.google.faults.set({ path: '/token', kind: 'latency', ms: 100 });
  const tokens = await Promise.all(Array.from({ length: 200 }, () => app.session(browser.copy())));
  t.equal(new Set(tokens.map(({ accessToken }) => accessToken)).size, 1);
  t.equal((await app.session(late)).accessToken, tokens[0]?.accessToken);
  t.equal(app.refreshes(), 1);
});

test('a late request gets the newer token even while the old one lives', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  const late = browser.copy();
  const { accessToken } = await app.session(browser);
  const renewed = await app.update(browser, { refusedAccessToken: accessToken });
  t.equal((await app.session(late)).accessToken, renewed.accessToken);
  t.equal(app.refreshes(), 1);
});

test('a copy of this module, as Next.js loads it for server components, refreshes no second time', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20 });
  const browser = await signedIn(app);
  moveClock(t, 0);
  const jwt = await app.jwt(browser);
  const folder = t.testdir();
  const copies = await Promise.all(
    ['page.mjs', 'components.mjs'].map(async (name) => {
      const file = join(folder, name);
      await bundle(join(import.meta.dirname, '../src/index.ts'), file);
      const copy: typeof import('../src/index.ts') = await import(file);
      return copy;
    }),
  );
  t.not(copies[0]?.jwtCallback, copies[1]?.jwtCallback, 'they are copies');
  const callbacks = copies.map(({ jwtCallback }) => jwtCallback(clientOptions(app)));
  const tokens = await Promise.all(callbacks.map((callback) => callback(jwtParams(jwt))));
  t.equal(tokens[0]?.accessToken, tokens[1]?.accessToken);
  t.equal(app.refreshes(), 1);
});

test('a token that the API has refused is renewed at once, once', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  const { accessToken } = await app.session(browser);
  const tabs = await Promise.all([1, 2, 3].map(() => app.update(browser.copy(), { refusedAccessToken: accessToken })));
  t.equal(new Set(tabs.map((tab) => tab.accessToken)).size, 1);
  t.not(tabs[0]?.accessToken, accessToken);
  t.equal(app.refreshes(), 1);
});

test('so is one that only a server component has handed out, which could not write the cookie', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20 });
  const browser = await signedIn(app);
  moveClock(t, 0);
  const rendered = await app.session(browser.copy());
  t.equal(app.refreshes(), 1);
  const tabs = await Promise.all(
    [1, 2].map(() => app.update(browser.copy(), { refusedAccessToken: rendered.accessToken })),
  );
  t.type(tabs[0]?.accessToken, 'string');
  t.not(tabs[0]?.accessToken, rendered.accessToken);
  t.equal(tabs[1]?.accessToken, tabs[0]?.accessToken);
  t.equal(app.refreshes(), 2);
  const late = await app.update(browser, { refusedAccessToken: rendered.accessToken });
  t.equal(late.accessToken, tabs[0]?.accessToken, 'it has been replaced already');
  t.equal(app.refreshes(), 2);
});

test('the same access token once more, with a longer life, is nothing to follow for ever', async (t) => {
  const app = await startApp(t, { tokenLifetimeS: 20 });
  const browser = await signedIn(app);
  moveClock(t, 0);
  const late = browser.copy();
  const jwt = await app.jwt(browser);
  const body = { access_token: jwt?.accessToken, expires_in: 3600, token_type: 'Bearer' };
  app.google.faults.set({ path: '/token', kind: 'status', status: 200, body });
  const { accessToken, accessTokenExpiresAt } = await app.session(browser);
  t.equal(accessToken, jwt?.accessToken);
  for (const again of [browser, late, late]) {
    t.match(await app.session(again), { accessToken, accessTokenExpiresAt, error: undefined });
  }
  t.equal(app.refreshes(), 1);
  t.equal((await app.update(browser, { refusedAccessToken: accessToken })).accessToken, accessToken);
  t.match(await app.session(late), { accessToken, error: undefined });
  t.equal(app.refreshes(), 2, 'a refused one is asked for again');
});

test('a renewed token counts even when it ends earlier than the one it replaces', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  const late = browser.copy();
  const { accessToken } = await app.session(browser);
  const body = { access_token: 'ya29.short', expires_in: 1800, token_type: 'Bearer' };
  app.google.faults.set({ path: '/token', kind: 'status', status: 200, body });
  t.equal((await app.update(browser, { refusedAccessToken: accessToken })).accessToken, 'ya29.short');
  t.equal((await app.session(late)).accessToken, 'ya29.short');
  t.equal((await app.update(late, { refusedAccessToken: accessToken })).accessToken, 'ya29.short');
  t.equal(app.refreshes(), 1);
});

test('an API that refuses every token does not make Google busy', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  for (let round = 0; round < 40; round++) {
    const { accessToken } = await app.session(browser);
    await app.update(browser, { refusedAccessToken: accessToken });
  }
  t.ok(app.refreshes() <= 7, `${app.refreshes()} refreshes`);
  moveClock(t, 301_000);
  const before = app.refreshes();
  await app.update(browser, { refusedAccessToken: (await app.session(browser)).accessToken });
  t.equal(app.refreshes(), before + 1, 'later it is tried again');
});

/** What a page may hand to NextAuth's update: anything. */
const otherUpdates = [
  undefined,
  null,
  'refused',
  7,
  [],
  {},
  { refusedAccessToken: 'another' },
  { refusedAccessToken: null },
  { accessToken: 'mine', refreshToken: 'mine', error: 'signed_out' },
];

test('no other update changes a token or costs a refresh', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  const { accessToken } = await app.session(browser);
  const before = await app.jwt(browser);
  for (const data of otherUpdates) {
    const session = await app.update(browser, data);
    t.match(session, { accessToken, error: undefined });
  }
  t.equal((await app.jwt(browser))?.refreshToken, before?.refreshToken);
  t.equal(app.refreshes(), 0);
});
