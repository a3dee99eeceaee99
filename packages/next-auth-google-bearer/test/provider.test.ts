import { noBrowser } from '@google-bearer/test-kit/chromium';
import { useSession } from 'next-auth/react';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { test } from 'tap';
import { GoogleSessionProvider, useApiFetch } from '../src/react.ts';
import { session, shows, startPageSite } from './support/browser-site.ts';
import { expires } from './support/site.ts';

function Token(): ReactNode {
  useApiFetch();
  const { data, status } = useSession();
  return `${status} ${data?.accessToken}`;
}

test('the first rendering on the server already has the session', (t) => {
  const render = (apiUrl: string): string =>
    renderToStaticMarkup(
      createElement(GoogleSessionProvider, { apiUrl, session: { expires, accessToken: 'one' } }, createElement(Token)),
    );
  t.equal(render('https://api.example.com'), 'authenticated one');
  t.throws(() => render('http://api.example.com'), /apiUrl: expected an https URL/, 'no token in clear');
  t.throws(() => renderToStaticMarkup(createElement(Token)), /GoogleSessionProvider/);
  t.end();
});

test('an interval of 30 days asks no more often than it says, where plain NextAuth never stops', {
  skip: noBrowser,
}, async (t) => {
  const site = await startPageSite(t);
  // A token that lives on and on, so that nothing but the interval counts.
  site.session = session('one', 60 * 86_400_000);
  await site.open(`refetchInterval=${30 * 86_400}`);
  await shows(site.page, '#session', 'authenticated one');
  // There is no event to wait for: what must not happen has 10 seconds to happen.
  await site.page.waitForTimeout(10_000);
  t.ok(site.sessionReads() < 3, `${site.sessionReads()} requests`);
  const before = site.sessionReads();
  await site.open(`provider=plain&refetchInterval=${30 * 86_400}`);
  while (site.sessionReads() - before < 50) await site.page.waitForTimeout(20);
  t.pass('the endless polling that this is about');
});

test('a page keeps its session while its own server is away, and goes on when it is back', {
  skip: noBrowser,
}, async (t) => {
  const site = await startPageSite(t);
  site.session = session('one', 400);
  await site.open('');
  await shows(site.page, '#session', 'authenticated one');
  site.session = 'down';
  await site.page.waitForRequest('**/api/auth/session');
  await shows(site.page, '#session', 'authenticated one');
  site.session = session('two');
  await shows(site.page, '#session', 'authenticated two');
});

test('a page reads the session when it comes into view again', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  await site.open('');
  await shows(site.page, '#session', 'authenticated one');
  site.session = session('two');
  await site.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await shows(site.page, '#session', 'authenticated two');
  site.session = session('three');
  await site.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await shows(site.page, '#session', 'authenticated three');
});

test('while the session cannot be read there are pauses, whatever another tab says; then a sign-out shows', {
  skip: noBrowser,
}, async (t) => {
  const site = await startPageSite(t);
  await site.open('');
  await shows(site.page, '#session', 'authenticated one');
  const other = await site.page.context().newPage();
  await other.goto(site.page.url());
  await shows(other, '#session', 'authenticated one');
  site.session = 'down';
  const before = site.sessionReads();
  await other.evaluate(() =>
    localStorage.setItem('nextauth.message', '{"event":"session","data":{"trigger":"getSession"}}'),
  );
  while (site.sessionReads() - before < 2) await site.page.waitForTimeout(20);
  // There is no event to wait for: what must not happen has 3 seconds to happen.
  await site.page.waitForTimeout(3_000);
  t.ok(site.sessionReads() - before < 20, `${site.sessionReads() - before} requests`);
  await shows(site.page, '#session', 'authenticated one');
  // It could tell of the sign-out as well.
  await other.close();
  site.session = session('two');
  await shows(site.page, '#session', 'authenticated two');
  await site.page.getByRole('button', { name: 'Sign out' }).click();
  await shows(site.page, '#session', 'unauthenticated');
});

test('a page on which nobody is signed in notices a sign-in elsewhere when it comes into view', {
  skip: noBrowser,
}, async (t) => {
  const site = await startPageSite(t);
  site.session = {};
  await site.open('');
  await shows(site.page, '#session', 'unauthenticated');
  site.session = session('two');
  await site.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await shows(site.page, '#session', 'authenticated two');
});

test('a session that came with the page has its times by the clock of the device, once it is there', {
  skip: noBrowser,
}, async (t) => {
  const site = await startPageSite(t);
  const complaints: string[] = [];
  site.page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
  const now = Date.now();
  // Behind: with a token that seems to live long, the page has no reason to read the session.
  const aheadMs = -7_200_000;
  const times = { readAt: now - aheadMs, accessTokenExpiresAt: now + 3_600_000 - aheadMs };
  const known = { expires, accessToken: 'one', ...times, accessTokenRefreshAt: now + 3_000_000 - aheadMs };
  await site.open(new URLSearchParams({ session: JSON.stringify(known) }).toString());
  await site.page.locator(`#session:not([title="${times.accessTokenExpiresAt}"])`).waitFor();
  const shown = Number(await site.page.locator('#session').getAttribute('title'));
  t.ok(Math.abs(shown - now - 3_600_000) < 3_600_000, `${shown - now} ms`);
  t.same(complaints, [], 'and what the server rendered is what the page first shows');
});

test('a sign-out shows, also after NextAuth has once taken a failure for one', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  await site.open('');
  await shows(site.page, '#session', 'authenticated one');
  const other = await site.page.context().newPage();
  await other.goto(site.page.url());
  await shows(other, '#session', 'authenticated one');
  site.session = 'down';
  // What NextAuth's pages tell each other.
  await other.evaluate(() =>
    localStorage.setItem('nextauth.message', '{"event":"session","data":{"trigger":"getSession"}}'),
  );
  const failed = site.sessionReads();
  while (site.sessionReads() - failed < 2) await site.page.waitForTimeout(20);
  await shows(site.page, '#session', 'authenticated one');
  site.session = session('one');
  await site.page.getByRole('button', { name: 'Sign out' }).click();
  await shows(site.page, '#session', 'unauthenticated');
  await shows(other, '#session', 'unauthenticated');
});

test('who is not signed in is not kept waiting', (t) => {
  const render = (known: null | undefined): string =>
    renderToStaticMarkup(
      createElement(GoogleSessionProvider, { apiUrl: 'https://x.example', session: known }, createElement(Token)),
    );
  t.match(render(null), /^unauthenticated/);
  t.match(render(undefined), /^loading/);
  t.end();
});

test('a refused token is renewed and the call repeated; a sign-out without leaving the page shows', {
  skip: noBrowser,
}, async (t) => {
  const site = await startPageSite(t);
  site.good.delete('one');
  await site.open('');
  await shows(site.page, '#session', 'authenticated one');
  await site.page.getByRole('button', { name: 'Call' }).click();
  await shows(site.page, '#calls', '401 200');
  await shows(site.page, '#session', 'authenticated renewed');
  await site.page.getByRole('button', { name: 'Sign out' }).click();
  await shows(site.page, '#session', 'unauthenticated');
  await site.page.getByRole('button', { name: 'Call' }).click();
  await shows(site.page, '#calls', 'nobody is signed in');
});
