import { noBrowser } from '@google-bearer/test-kit/chromium';
import { test } from 'tap';
import { session, shows, startPageSite } from './support/browser-site.ts';

/** NextAuth's client functions, and what each of them asks for. */
const functions = {
  getProviders: { asks: ['GET /site/auth/providers'], result: 'credentials' },
  getCsrfToken: { asks: ['GET /site/auth/csrf'], result: '"csrf"' },
  getSession: { asks: ['GET /site/auth/session'], result: 'expires' },
  signIn: {
    asks: ['GET /site/auth/providers', 'GET /site/auth/csrf', 'POST /site/auth/callback/credentials'],
    result: '"ok":true',
  },
  signOut: { asks: ['GET /site/auth/csrf', 'POST /site/auth/signout'], result: 'url' },
};

for (const provider of ['google', 'plain']) {
  test(`from the first rendering on, each goes to basePath, with the ${provider} provider`, {
    skip: noBrowser,
  }, async (t) => {
    const site = await startPageSite(t);
    site.basePath = '/site/auth';
    for (const [call, { asks, result }] of Object.entries(functions)) {
      site.requests.length = 0;
      site.session = session('one');
      await site.open(`provider=${provider}&basePath=/site/auth&call=${call}`);
      await shows(site.page, '#result', result);
      for (const request of asks) t.ok(site.requests.includes(request), `${call}: ${request}`);
      t.same(
        site.requests.filter((request) => !request.includes(' /site/auth/')),
        [],
        'nothing goes elsewhere',
      );
    }
  });

  test(`signIn and signOut without leaving the page show, with the ${provider} provider`, {
    skip: noBrowser,
  }, async (t) => {
    const site = await startPageSite(t);
    site.session = {};
    await site.open(`provider=${provider}`);
    await shows(site.page, '#session', 'unauthenticated');
    for (const round of ['once', 'and again']) {
      await site.page.getByRole('button', { name: 'Sign in' }).click();
      await shows(site.page, '#session', 'authenticated signed-in');
      await site.page.getByRole('button', { name: 'Sign out' }).click();
      await shows(site.page, '#session', 'unauthenticated');
      t.pass(round);
    }
  });
}

test('update() from the first rendering on goes to basePath', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  site.basePath = '/site/auth';
  await site.open('basePath=/site/auth&call=update');
  await shows(site.page, '#result', 'renewed');
  t.ok(site.requests.includes('POST /site/auth/session'));
});

test('a sign-out shows also where somebody was found signed in only later', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  site.session = {};
  await site.open('');
  await shows(site.page, '#session', 'unauthenticated');
  // NextAuth's own provider reads that nobody is signed in.
  const read = site.page.waitForResponse('**/api/auth/session');
  await site.page.getByRole('button', { name: 'Sign out' }).click();
  await (await read).finished();
  site.session = session('two');
  await site.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await shows(site.page, '#session', 'authenticated two');
  await site.page.getByRole('button', { name: 'Sign out' }).click();
  await shows(site.page, '#session', 'unauthenticated');
});

test('a page that does nothing asks for the session once', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  for (const first of [session('one'), {}]) {
    site.session = first;
    site.requests.length = 0;
    await site.open('strict=no');
    await shows(site.page, '#session', 'authenticated');
    // There is no event to wait for: what must not happen has 2 seconds to happen.
    await site.page.waitForTimeout(2_000);
    t.equal(site.sessionReads(), 1);
  }
});
