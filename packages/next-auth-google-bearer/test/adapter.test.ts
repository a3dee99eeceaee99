import { NextRequest } from 'next/server.js';
import { test } from 'tap';
import { grantHandler } from '../src/index.ts';
import { type App, clientOptions, signedIn, startApp } from './support/app.ts';
import type { Browser } from './support/browser.ts';
import { moveClock } from './support/clock.ts';
import { sqliteAdapter } from './support/sqlite-adapter.ts';

async function endGrant(app: App, browser: Browser, subject: string | undefined): Promise<number> {
  const cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join('; ');
  const init = { method: 'DELETE', headers: { cookie }, body: JSON.stringify({ subject }) };
  return (await grantHandler(clientOptions(app))(new NextRequest(`${app.url}/api/grant`, init))).status;
}

function idsSent(app: App): unknown[] {
  return app.api.requests.map(({ body }) => (body instanceof Object && 'id' in body ? body.id : undefined));
}

test('with an adapter, the API and the page are told Google’s id, at every sign-in', async (t) => {
  const adapter = sqliteAdapter(t);
  const app = await startApp(t, { extra: () => ({ adapter }) });
  const sub = app.google.users[0]?.sub;
  for (const _ of ['first', 'second', 'third']) {
    const browser = await signedIn(app);
    const jwt = await app.jwt(browser);
    t.equal(jwt?.sub, '1', 'the app’s own id stays where the app finds it');
    t.equal((await app.session(browser)).subject, sub);
    moveClock(t, 3_500_000);
    const renewed = await app.session(browser);
    t.not(renewed.accessToken, jwt?.accessToken);
    t.equal(renewed.subject, sub, 'also after a renewal');
  }
  t.same(idsSent(app), [sub, sub, sub]);
});

test('and the grant handler compares with it', async (t) => {
  const adapter = sqliteAdapter(t);
  const app = await startApp(t, { extra: () => ({ adapter }) });
  const browser = await signedIn(app);
  const { subject } = await app.session(browser);
  t.equal(await endGrant(app, browser, '1'), 409);
  t.equal(await endGrant(app, browser, subject), 204);
});

test('a profile() of the app’s own does not change it either', async (t) => {
  const app = await startApp(t, {
    extra: ({ providers: [google] }) => {
      if (google?.type !== 'oauth') throw new Error('no provider');
      return { providers: [{ ...google, profile: ({ email }) => ({ id: `app-${email}`, name: 'N', email }) }] };
    },
  });
  const browser = await signedIn(app);
  const sub = app.google.users[0]?.sub;
  t.match((await app.jwt(browser))?.sub, /^app-/);
  t.equal((await app.session(browser)).subject, sub);
  t.same(idsSent(app), [sub]);
});

test('who is signed in already, and signs in with Google besides, is one user with Google’s id', async (t) => {
  const adapter = sqliteAdapter(t);
  const app = await startApp(t, { extra: () => ({ adapter }) });
  const browser = await signedIn(app);
  await app.signIn(browser);
  t.equal((await app.jwt(browser))?.sub, '1');
  t.equal((await app.session(browser)).subject, app.google.users[0]?.sub);
});
