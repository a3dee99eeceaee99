import type { Test } from 'tap';
import type { House } from '../support/house.ts';
import type { Person } from '../support/person.ts';

/** Two tabs of one browser. */
export async function tabs(t: Test, { system, browser }: House): Promise<void> {
  const { google, webUrl } = system;
  const [ada, grace] = google.users.map(({ sub }) => sub);

  await t.test('another person signs in in one of them: the other shows nothing of the first any more', async (t) => {
    const first = await browser.newPerson(t, webUrl);
    await first.isSignedIn();
    await first.sees('Signed in as Ada Lovelace');
    await first.button('Delete my account').click();
    await first.page.getByRole('dialog').waitFor();

    const second = await first.newTab();
    await second.button('Read my calendar').click();
    await second.button('Allow calendar').click();
    await second.choose('grace@example.org');
    await second.button('Continue').click();
    await second.sees('Signed in as Grace Hopper');

    await first.page.keyboard.press('Escape');
    await first.button('Sign out everywhere').click();
    await first.sees('Another account is signed in now');
    t.notOk(
      (await first.calls()).some((call) => /DELETE \/api\/(user|tokens)/.test(call)),
      'nothing was done to either',
    );
    await first.looksAt('15-another-account');
    await first.button('Delete my account').click();

    await comesBackTo(first);
    await first.sees('Signed in as Grace Hopper');
    await first.opensRecord();
    await first.sees(grace ?? '');
    t.equal(await first.page.getByText(ada ?? '').count(), 0, 'no record of the other one');
    t.same(await first.calls(), ['GET /api/user 200'], 'and none of their calls');
    t.equal(await first.page.getByRole('dialog').count(), 0, 'nor a question that was meant for them');
  });

  await t.test('a token that leaks in one of them ends the stream of the other, with the reason', async (t) => {
    const first = await browser.newPerson(t, webUrl);
    await first.isSignedIn();
    const second = await first.newTab();
    await first.sees(/^Connected$/);
    await second.button('My token leaked').click();
    await second.sees('You did not have to sign in again');
    await first.sees('The API ended the open stream: The access token has been revoked (ERR_TOKEN_REVOKED).');
    await first.page.locator('del').waitFor();
    t.same(await first.calls(), ['GET /api/user 200'], 'nobody has called anything there');
    await first.looksAt('19-stream-ended');
    await first.sees(/^Connected$/);
    t.equal(await first.fingerprint(), await second.fingerprint());
    await first.button('Sign out').click();
    await first.sees('You are signed out in this browser');
  });

  await t.test('signing out in one of them is said in the other, with what to do', async (t) => {
    const first = await browser.newPerson(t, webUrl);
    await first.isSignedIn();
    const second = await first.newTab();
    await second.sees('Signed in as Ada Lovelace');
    await second.button('Sign out').click();
    await second.sees('You are signed out in this browser');
    await first.sees('Your session has ended');
    await first.page.locator(':focus', { hasText: 'Your session has ended' }).waitFor();
    // A page in the background is drawn only now and then.
    await first.page.bringToFront();
    await first.looksAt('16-session-ended');
    t.equal(await second.page.getByText('Your session has ended').count(), 0, 'whoever has ended it knows');
    await first.button('Dismiss').click();
    await first.signIn();
    await first.sees('Signed in as Ada Lovelace');
  });

  await t.test('so is a session that ends by itself', async () => {
    const person = await browser.newPerson(t, webUrl);
    await person.isSignedIn();
    await person.sees('Signed in as Ada Lovelace');
    await person.context.clearCookies();
    await comesBackTo(person);
    await person.sees('Your session has ended');
    await person.signIn();
    await person.sees('Signed in as Ada Lovelace');
    await person.button('Sign out').click();
    await person.sees('You are signed out in this browser');
  });
}

/** Under playwright a page is always in view; this is what it is told when one comes back to it. */
async function comesBackTo({ page }: Person): Promise<void> {
  await page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));
}
