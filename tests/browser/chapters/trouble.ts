import type { Route } from 'playwright-core';
import type { Test } from 'tap';
import type { House } from '../support/house.ts';
import { watchForLeaks } from '../support/leaks.ts';
import type { Person } from '../support/person.ts';

const SESSION = '**/api/auth/session';
const OTHERS = '**/api/{user,events}';
const REVOKED = 'The access token has been revoked. No new one could be had so far';

/** As NextAuth gives it. */
type Session = Readonly<Record<'user' | 'expires' | 'subject', unknown>>;

/** When something is down, the page says what and what to do. */
export async function trouble(t: Test, { system, browser }: House): Promise<void> {
  const { google, webUrl } = system;
  const person = await browser.newPerson(t, webUrl);
  watchForLeaks(t, system, person.context);

  await t.test('the API is down while signing in: nobody is signed in, and it is not about them', async (t) => {
    await system.stopApi();
    await person.signIn();
    await person.sees('The API cannot be reached');
    t.equal(new URL(person.page.url()).search, '?error=ApiUnavailable');
    await person.button('Sign in with Google').waitFor();
    await person.looksAt('20-api-down-at-sign-in');
    await system.startApi();
  });

  await t.test('the API refuses somebody whose address is not verified', async () => {
    await person.signIn('una@example.net');
    await person.sees('The API does not accept this account yet');
    await person.sees('Google has not verified its e-mail address');
    await person.looksAt('21-refused');
  });

  await t.test('Google is down at sign-in', async () => {
    google.faults.set({ path: '/.well-known/openid-configuration', kind: 'status', status: 503 });
    await person.button('Sign in with Google').click();
    await person.sees('Google could not be reached');
    await person.looksAt('22-google-down-at-sign-in');
    google.faults.clear();
  });

  await t.test('Google is down at the exchange of the code', async () => {
    google.faults.set({ path: '/token', kind: 'reset', times: 1 });
    await person.signIn();
    await person.sees('The sign-in with Google did not go through');
    google.faults.clear();
  });

  await t.test('an error in the URL that nobody knows is not repeated', async (t) => {
    await person.page.goto(`${webUrl}/?error=%3Cb%3Ehello%3C/b%3E`);
    await person.sees('Signing in did not work');
    t.equal(await person.page.getByText('hello').count(), 0);
  });

  await t.test('the API is down while signed in, and comes back', async (t) => {
    await person.isSignedIn();
    await person.sees('Signed in as Ada Lovelace');
    await person.page.getByTestId('calls').locator('[data-status="200"]').first().waitFor();
    await system.stopApi();
    await person.button('Call the API').click();
    await person.sees('The API could not be reached');
    t.equal((await person.calls())[0], 'GET /api/user none');
    await person.looksAt('23-api-down');
    await system.startApi();
    await person.button('Call the API').click();
    await person.sees('The API accepted the token');
  });

  await t.test('a thief whom the API answers 503 is not said to have met nobody', async (t) => {
    const headers = { 'access-control-allow-origin': webUrl };
    await person.page.route('**/api/user', (route) => route.fulfill({ status: 503, headers }));
    await person.button('My token leaked').click();
    // It is said while they go on trying.
    await person.page.getByTestId('thief').locator('li').nth(3).waitFor();
    await person.sees('The API answered 503: it could not judge the token.');
    t.same(await person.thief(), ['503', '503', '503', '503']);
    await person.looksAt('36-thief-503');
    await person.page.unroute('**/api/user');
    await person.button('Call the API').click();
    await person.sees('The API accepted the token');
  });

  await t.test('the API is down while a permission is added: one is still signed in, and is told so', async (t) => {
    await person.button('Read my calendar').click();
    await person.button('Allow calendar').click();
    await person.choose('ada@example.com');
    await system.stopApi();
    await person.button('Continue').click();
    await person.sees('You are still signed in as before');
    await person.sees('Signed in as Ada Lovelace');
    t.equal(new URL(person.page.url()).search, '?error=ApiUnavailable');
    t.equal(await person.page.getByText('You were not signed in').count(), 0);
    await person.looksAt('28-api-down-at-permission');
    await system.startApi();
    await person.button('Dismiss').click();
    await person.page.reload();
    await person.page.getByTestId('calls').locator('[data-status="200"]').first().waitFor();
  });

  await t.test('this site is down: the buttons to Google say so, and stay on the page', async (t) => {
    const { page } = person;
    await person.isAlive();
    await person.button('Read my calendar').click();
    await page.route('**/api/auth/**', (route) => route.abort());
    await person.button('Allow calendar').click();
    await person.sees('This site could not be reached');
    await person.looksAt('29-site-down-at-permission');
    await page.unroute('**/api/auth/**');
    await person.button('Sign out').click();
    await person.sees('You are signed out in this browser');
    await page.route('**/api/auth/**', (route) => route.abort());
    await person.button('Sign in with Google').click();
    await person.sees('This site could not be reached');
    t.equal(page.url(), `${webUrl}/`);
    await person.looksAt('30-site-down-at-sign-in');
    await page.unroute('**/api/auth/**');
  });

  await t.test('who comes back by the back button finds buttons that work', async (t) => {
    const { page } = person;
    const wayToGoogle = '**/api/auth/signin/google**';
    const comesBack = async (name: string): Promise<void> => {
      const held = Promise.withResolvers<Route>();
      // As long as it is held, the page stays as it is when one leaves it.
      await page.route(wayToGoogle, held.resolve);
      await person.button(name).click();
      const route = await held.promise;
      t.equal(await person.button(name).getAttribute('aria-busy'), 'true');
      await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
      await page.getByRole('button', { name, disabled: false }).waitFor();
      t.equal(await person.button(name).getAttribute('aria-busy'), 'false', name);
      await route.abort();
      await person.sees('This site could not be reached');
      await page.unroute(wayToGoogle);
    };
    await comesBack('Sign in with Google');
    await person.isSignedIn();
    await person.button('Read my calendar').click();
    await comesBack('Allow calendar');
  });

  await t.test('the calendar is down', async (t) => {
    await person.button('Allow calendar').click();
    await person.choose('ada@example.com');
    await person.button('Continue').click();
    await person.sees(/What comes next/);
    google.faults.set({ path: '/calendar/v3/calendars/primary/events', kind: 'html' });
    await person.button('Read my calendar').click();
    await person.sees('This is not about you: try again in a moment');
    t.equal((await person.calls())[0], 'GET /api/calendar/events 503');
    await person.looksAt('24-calendar-down');
    google.faults.clear();
    await person.button('Read my calendar').click();
    await person.sees(/What comes next/);
  });

  await t.test('a token that is revoked and cannot be renewed has no time left to live', async (t) => {
    const { page } = person;
    await page.route(SESSION, (route) =>
      route.request().method() === 'POST' ? route.fulfill({ status: 503 }) : route.continue(),
    );
    await person.sees(/^Connected$/);
    // The stream ends before the page has the answer to the call that revokes, and then all other calls have to wait.
    const next = Promise.withResolvers<void>();
    await page.route('**/api/token', async (route) => {
      const response = await route.fetch();
      await page.getByText(REVOKED).waitFor();
      await page.route(OTHERS, async (route) => {
        await next.promise;
        await route.continue();
      });
      await route.fulfill({ response });
    });
    await person.button('My token leaked').click();
    await page.getByTestId('calls').locator('li[data-path="/api/token"][data-status="204"]').waitFor();
    await person.sees(REVOKED);
    t.equal(await page.getByRole('timer').count(), 0);
    t.equal(await page.getByText('left to live').count(), 0);
    next.resolve();
    await person.sees(/The thief gave up: 3 of 4 calls were refused\.$/);
    await person.looksAt('34-not-renewed');
    for (const path of [SESSION, '**/api/token', OTHERS]) await page.unroute(path);
    await person.button('Call the API').click();
    await person.sees('The API accepted the token');
    await person.sees('left to live');
  });

  await t.test('an API that hangs is given up, and nobody has to wait for it to sign out', async () => {
    const { page } = person;
    await page.route('**/api/user', () => {});
    await person.button('Call the API').click();
    await person.sees('The API did not answer within 10 seconds');
    await person.looksAt('35-hung');
    // It is busy for ten seconds: whoever begins to look only when it was pressed may come too late.
    await Promise.all([
      page.locator('[aria-busy="true"]', { hasText: 'Call the API' }).waitFor(),
      person.button('Call the API').click(),
    ]);
    await person.button('Sign out').click();
    await person.sees('You are signed out in this browser');
    await page.unroute('**/api/user');
    await person.isSignedIn();
    await person.button('Call the API').click();
    await person.sees('The API accepted the token');
  });

  await t.test('Google has given no refresh token', async () => {
    await withSession(person, ({ user, expires, subject }) => ({ user, expires, subject, error: 'no_refresh_token' }));
    await person.sees('Google gave this app nothing to renew it with');
    await person.looksAt('31-no-refresh-token');
    await withSession(person, (session) => session);
    await person.button('Call the API').waitFor();
  });

  await t.test('a page that breaks', async () => {
    const never = Number.MAX_SAFE_INTEGER;
    await withSession(person, (session) => ({ ...session, accessTokenExpiresAt: never, accessTokenRefreshAt: never }));
    await person.sees('This page broke');
    await person.complains(/Invalid time value/);
    await person.looksAt('32-broken');
    await withSession(person, (session) => session);
    await person.button('Try again').click();
    await person.sees('Signed in as Ada Lovelace');
  });

  await t.test('a page that does not exist', async () => {
    await person.page.goto(`${webUrl}/nowhere`);
    await person.sees('There is no such page');
    await person.looksAt('25-no-such-page');
  });
}

/** Has the page read a session that the server would give only by chance. */
async function withSession({ page }: Person, change: (session: Session) => object): Promise<void> {
  await page.unroute(SESSION);
  await page.route(SESSION, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change(await response.json()) });
  });
  const read = page.waitForResponse(SESSION);
  // This is what it is told when one comes back to it.
  await page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));
  await (await read).finished();
  // The page reads it before its next task.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  await page.unroute(SESSION);
}
