import type { Test } from 'tap';
import type { House } from '../support/house.ts';
import { watchForLeaks } from '../support/leaks.ts';

/** Leaving: elsewhere, at Google, for good. */
export async function leaving(t: Test, { system, browser }: House): Promise<void> {
  const { google, webUrl } = system;
  const [laptop, phone] = [await browser.newPerson(t, webUrl), await browser.newPerson(t, webUrl)];
  watchForLeaks(t, system, laptop.context);

  await t.test('signing out everywhere ends the other browser’s access', async (t) => {
    await Promise.all([laptop.isSignedIn(), phone.isSignedIn()]);
    await phone.sees('Signed in as Ada Lovelace');
    await phone.button('Call the API').click();
    await phone.sees('The API accepted the token');
    // What is not open yet cannot be ended.
    await phone.sees(/^Connected$/);

    await laptop.button('Sign out everywhere').click();
    await laptop.sees('You are signed out everywhere');
    await laptop.button('Sign in with Google').waitFor();
    await laptop.looksAt('10-signed-out-everywhere');

    // Nobody touches the phone: its open stream ends, and no new token is to be had.
    await phone.sees('The API ended the open stream: The access token has been revoked (ERR_TOKEN_REVOKED).');
    await phone.sees('Google has ended this app');
    t.same(await phone.calls(), ['GET /api/user 200', 'GET /api/user 200'], 'what it had called before');
    await phone.looksAt('11-grant-ended');
  });

  await t.test(
    'who was signed out elsewhere signs in again, in the very second of a sign-out, and all is well',
    async () => {
      await system.acceptsNewTokens('ada@example.com');
      await phone.button('Sign in with Google').first().click();
      await phone.choose('ada@example.com');
      const authorization = `Bearer ${google.mintToken({ user: 'ada@example.com' })}`;
      await fetch(`${system.apiUrl}/api/tokens`, { method: 'DELETE', headers: { authorization } });
      await phone.button('Continue').click();
      await phone.sees('Signed in as Ada Lovelace');
      await phone.button('Call the API').click();
      await phone.sees('The API accepted the token');
    },
  );

  await t.test('an access that is taken back at Google ends the session at the next refresh', async (t) => {
    const refreshes = google.calls.filter(({ grantType }) => grantType === 'refresh_token').length;
    await fetch(`${google.url}/revoke`, { method: 'POST', body: new URLSearchParams({ token: await accessToken() }) });
    await phone.button('My token leaked').click();
    await phone.sees('Google has ended this app');
    t.equal(google.calls.filter(({ grantType }) => grantType === 'refresh_token').length, refreshes + 1);
    await phone.page.reload();
    await phone.sees('Google has ended this app');
    t.equal(google.calls.filter(({ grantType }) => grantType === 'refresh_token').length, refreshes + 1, 'no more');

    /** The token that the page sends. */
    async function accessToken(): Promise<string> {
      const sent = phone.page.waitForRequest((request) => request.headers().authorization !== undefined);
      await phone.button('Call the API').click();
      return (await sent).headers().authorization?.replace('Bearer ', '') ?? '';
    }
  });

  await t.test('signing out while Google is down: what is done is said, and the rest can be repeated', async () => {
    await phone.isSignedIn();
    google.faults.set({ path: '/revoke', kind: 'status', status: 503 });
    await phone.button('Sign out everywhere').click();
    await phone.sees('the rest is not done');
    await phone.looksAt('12-half-signed-out');
    google.faults.clear();
    await phone.button('Sign out everywhere').click();
    await phone.sees('You are signed out everywhere');
    await system.acceptsNewTokens('ada@example.com');
  });

  await t.test('deleting while Google is down: the deleted record is not shown any more', async (t) => {
    await phone.isSignedIn();
    await phone.opensRecord();
    await phone.sees('ada@example.com');
    google.faults.set({ path: '/revoke', kind: 'status', status: 503 });
    await phone.button('Delete my account').click();
    await phone.button('Yes, delete it').click();
    await phone.sees('So far, your record is deleted; the rest is not done.');
    await phone.sees('The API has no record of you');
    t.equal(await phone.page.getByText('ada@example.com').count(), 0);
    await phone.looksAt('17-half-deleted');
    google.faults.clear();
    await phone.button('Delete my account').click();
    await phone.button('Yes, delete it').click();
    await phone.sees('Your account is deleted');
    await system.acceptsNewTokens('ada@example.com');
  });

  await t.test('deleting on another device is told by the next call', async (t) => {
    await phone.isSignedIn();
    await phone.opensRecord();
    await phone.sees('ada@example.com');
    const authorization = `Bearer ${google.mintToken()}`;
    await fetch(`${system.apiUrl}/api/user`, { method: 'DELETE', headers: { authorization } });
    await phone.button('Call the API').click();
    await phone.sees('The API has no record of you');
    t.equal((await phone.calls())[0], 'GET /api/user 404');
    await phone.looksAt('18-no-record');
  });

  await t.test('deleting the account asks first, and then deletes it', async (t) => {
    await laptop.isSignedIn('grace@example.org');
    await laptop.sees('Signed in as Grace Hopper');
    await laptop.button('Delete my account').click();
    await laptop.looksAt('13-delete-asks');
    await laptop.page.keyboard.press('Escape');
    await laptop.button('Call the API').click();
    await laptop.sees('The API accepted the token');
    await laptop.button('Delete my account').click();
    await laptop.button('Yes, delete it').click();
    await laptop.sees('Your account is deleted');
    await laptop.looksAt('14-deleted');
    await system.acceptsNewTokens('grace@example.org');
    const grace = google.users.find(({ email }) => email === 'grace@example.org');
    const authorization = `Bearer ${google.mintToken({ user: grace?.sub ?? '' })}`;
    t.equal(
      (await fetch(`${system.apiUrl}/api/user`, { headers: { authorization } })).status,
      404,
      'there is no record',
    );
  });
}
