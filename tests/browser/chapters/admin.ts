import type { Test } from 'tap';
import type { House } from '../support/house.ts';
import { watchForLeaks } from '../support/leaks.ts';

/** An administrator sees and makes revocations; nobody else does. */
export async function admin(t: Test, { system, browser }: House): Promise<void> {
  const { google, webUrl } = system;
  const [ada, grace] = [await browser.newPerson(t, webUrl), await browser.newPerson(t, webUrl)];
  watchForLeaks(t, system, ada.context);
  const subOf = (address: string): string => google.users.find(({ email }) => email === address)?.sub ?? '';
  const sub = subOf('ada@example.com');
  const list = grace.page.getByTestId('revocations');

  await t.test('who is no administrator is told who is', async () => {
    await ada.page.goto(`${webUrl}/admin`);
    await ada.sees('Sign in as an administrator');
    await ada.looksAt('40-admin-signed-out');
    await ada.isSignedIn();
    await ada.page.goto(`${webUrl}/admin`);
    await ada.sees('The API does not take you for an administrator');
    await ada.sees('In this sample Grace Hopper');
    await ada.looksAt('41-no-admin');
    await ada.page.goto(webUrl);
    await ada.sees('Signed in as Ada Lovelace');
    // The block is to end her stream, so it has to be open by then.
    await ada.sees(/^Connected$/);
  });

  await t.test('a block, with a reason and a question before it, ends what the user may do', async (t) => {
    await grace.page.goto(`${webUrl}/admin`);
    await grace.signIn('grace@example.org');
    await grace.sees(/Instance \S+ answered\. Its view was \d+ ms old\./);
    await grace.page.getByLabel('Block one user').check();
    await grace.page.getByLabel('Whom').fill(sub);
    await grace.button('Block one user').click();
    t.equal(await grace.page.getByRole('dialog').count(), 0, 'not without a reason');
    await grace.page.getByLabel('Why').fill('a laptop was stolen');
    await grace.page.getByLabel('Whom').fill(subOf('grace@example.org'));
    await grace.page.getByLabel('Whom').press('Enter');
    await grace.sees('This is you: you would lock yourself out.');
    await grace.button('No').click();
    await grace.page.getByLabel('Whom').fill(sub);
    await grace.page.getByLabel('Why').press('Enter');
    await grace.sees('until somebody lifts the block');
    await grace.sees(`Block ${sub}?`);
    t.equal(await grace.page.getByText('This is you').count(), 0, 'nor of themselves');
    await grace.looksAt('45-question');
    await grace.button('Yes, block').click();
    const block = list.locator('li[data-type="block"]');
    await block.waitFor();
    t.match(await block.textContent(), /by ?admin.*a laptop was stolen/);
    await grace.looksAt('42-admin');
    // What a call opens to is the whole call.
    const order = grace.page.getByTestId('calls').locator('li[data-method="POST"] details').first();
    await order.locator('summary').click();
    const body = JSON.stringify({ block: sub, reason: 'a laptop was stolen' });
    await order.getByText(`-H 'content-type: application/json' -d '${body}'`).waitFor();
    await order.getByText(`body: JSON.stringify(${body})`).waitFor();
    await order.locator('summary').click();

    await ada.sees('The API ended the open stream: The access token has been revoked (ERR_TOKEN_REVOKED).');
    await ada.sees('an administrator may have blocked your account');
    await ada.looksAt('43-blocked');
    // Nor does any other place of the page say that a new token could not be had, or that trying again would help.
    for (const press of ['Call the API', 'Read my calendar', 'My token leaked']) {
      await ada.button(press).click();
      await ada.page
        .getByText('It refused the token before as well: an administrator may have blocked')
        .first()
        .waitFor();
      t.equal(await ada.page.getByText('No new token could be had').count(), 0, press);
    }
    await ada.sees('The API refuses this token already.');
    await ada.page.reload();
    await ada.sees('Your record could not be read.');
    t.equal(await ada.page.getByText('No new token could be had').count(), 0, 'after a reload');
    await ada.button('Sign out').click();
    await ada.sees('You are signed out in this browser');
    await ada.signIn();
    await ada.sees('An administrator has probably blocked it');
    await ada.looksAt('44-blocked-at-sign-in');
  });

  await t.test('a block is lifted, and the user is back', async (t) => {
    await grace.sees('Done, and stored.');
    await grace.page.getByLabel('Lift a block').check();
    t.equal(await grace.page.getByText('Done, and stored.').count(), 0, 'that was the block');
    await grace.page.getByLabel('Why').fill('it was found');
    await grace.button('Lift a block').click();
    await grace.button('Yes, lift the block').click();
    await list.locator('li[data-type="block"]').waitFor({ state: 'detached' });
    await ada.button('Dismiss').click();
    await ada.isSignedIn();
    await ada.button('Call the API').click();
    await ada.sees('The API accepted the token');
  });

  await t.test('everyone is signed out, and everyone goes on with another token', async (t) => {
    const before = await ada.fingerprint();
    await grace.page.getByLabel('Sign out everyone').check();
    await grace.page.getByLabel('Why').fill('a key has leaked');
    await grace.button('Sign out everyone').click();
    await grace.button('Yes, sign everyone out').click();
    await list.locator('li[data-type="everyone"]').waitFor();
    await ada.page.locator('[data-event="renewed"]').waitFor();
    await ada.sees(/^Connected$/);
    await ada.button('Call the API').click();
    await ada.sees('The API accepted the token');
    t.not(await ada.fingerprint(), before);
  });
}
