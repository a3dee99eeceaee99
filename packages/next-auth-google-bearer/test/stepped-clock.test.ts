import { test } from 'tap';
import { signedIn, startApp } from './support/app.ts';
import { moveClock } from './support/clock.ts';
import { callsOf, keep, sessionWith, startSite } from './support/site.ts';

const HOUR_MS = 3_600_000;

/** After which failures the clock is set back. */
const failures = [
  { status: 503, body: {} },
  { status: 429, body: {}, headers: { 'retry-after': '300' } },
  { status: 401, body: { error: 'invalid_client' } },
];
for (const fault of failures) {
  test(`a clock that is set back after ${fault.status} does not make the pause longer`, async (t) => {
    t.capture(console, 'error');
    const app = await startApp(t, { tokenLifetimeS: 20 });
    const browser = await signedIn(app);
    moveClock(t, 0);
    app.google.faults.set({ path: '/token', kind: 'status', ...fault });
    const { accessToken } = await app.session(browser);
    t.equal(app.refreshes(), 1);
    app.google.faults.clear();
    moveClock(t, -HOUR_MS);
    const session = await app.session(browser);
    t.equal(app.refreshes(), 2);
    t.not(session.accessToken, accessToken);
  });
}

test('nor does it keep a refused token from being renewed', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  moveClock(t, 0);
  for (let round = 0; round < 10; round++) {
    const { accessToken } = await app.session(browser);
    await app.update(browser, { refusedAccessToken: accessToken });
  }
  const before = app.refreshes();
  const { accessToken } = await app.session(browser);
  // Half a minute: less than what tells of a clock that was set back.
  moveClock(t, -30_000);
  await app.update(browser, { refusedAccessToken: accessToken });
  t.equal(app.refreshes(), before + 1);
});

test('a token from before the clock was set back is renewed: by the new time it would seem to live too long', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  moveClock(t, 0);
  const before = await app.session(browser);
  moveClock(t, -HOUR_MS);
  const session = await app.session(browser);
  t.not(session.accessToken, before.accessToken);
  t.equal(Number(session.accessTokenExpiresAt) - Date.now() <= HOUR_MS, true);
  await app.session(browser);
  t.equal(app.refreshes(), 1, 'once');
});

test('servers whose clocks differ by half a minute do not renew each other’s tokens', async (t) => {
  const app = await startApp(t);
  const browser = await signedIn(app);
  moveClock(t, 0);
  const { accessToken } = await app.session(browser);
  moveClock(t, -30_000);
  t.equal((await app.session(browser)).accessToken, accessToken);
  t.equal(app.refreshes(), 0);
});

test('a page whose clock is set back has a refused token renewed again', async (t) => {
  const site = await startSite(t);
  const call = callsOf(site, keep(t, site, sessionWith('one')));
  t.equal((await call('/user')).status, 401);
  moveClock(t, -HOUR_MS);
  site.good.add('renewed-2');
  t.equal((await call('/user')).status, 200);
  t.equal(site.renewals(), 2);
});
