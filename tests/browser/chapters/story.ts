import { gzipSync } from 'node:zlib';
import type { Test } from 'tap';
import type { House } from '../support/house.ts';
import { keyboardOf } from '../support/keyboard.ts';
import { watchForLeaks } from '../support/leaks.ts';
import type { Person } from '../support/person.ts';

const LONG_NAME = 'donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunter';

/** The story of a token, from the first sign-in to the last. */
export async function story(t: Test, { system, browser }: House): Promise<void> {
  const { google, webUrl } = system;

  await t.test('from the first sign-in on', async (t) => {
    const ada = await browser.newPerson(t, webUrl);
    watchForLeaks(t, system, ada.context);

    const scriptless = await ada.context.browser()?.newContext({ javaScriptEnabled: false });
    const plain = await scriptless?.newPage();
    await plain?.goto(webUrl);
    await plain?.locator('noscript p', { hasText: 'The buttons of this page need JavaScript' }).waitFor();
    await scriptless?.close();

    await ada.page.goto(webUrl);
    await ada.button('Sign in with Google').waitFor();
    t.equal(await ada.page.locator('noscript p').count(), 0);
    await ada.looksAt('01-signed-out');

    await ada.button('Sign in with Google').click();
    await ada.choose('ada@example.com');
    await ada.page.getByRole('button', { name: 'Cancel' }).click();
    await ada.sees('The sign-in was not completed');
    await ada.looksAt('02-cancelled');
    await ada.button('Dismiss').click();
    t.equal(new URL(ada.page.url()).search, '');

    await ada.signIn();
    await ada.sees('Signed in as Ada Lovelace');
    await ada.page.getByTestId('calls').locator('[data-status="200"]').first().waitFor();
    await ada.opensRecord();
    await ada.sees(google.users[0]?.sub ?? '');
    await ada.sees(/Renewed by itself in \d/);
    const { leftS, renewedInS } = await ada.tokenLife();
    t.ok(leftS > 3300 && leftS <= 3600, `of an hour ${leftS} s are left, for this test takes less than five minutes`);
    t.equal(leftS - renewedInS, 600, 'renewed ten minutes before its end');
    await ada.looksAt('03-signed-in');
    t.same(await ada.calls(), ['GET /api/user 200']);

    await ada.button('Call the API').click();
    await ada.sees('The API accepted the token');
    t.equal(google.calls.count('/tokeninfo'), 1, 'Google was asked once in all');

    await ada.button('Read my calendar').click();
    await ada.button('Allow calendar').waitFor();
    t.equal((await ada.calls())[0], 'GET /api/calendar/events 403');
    await ada.sees(/insufficient_scope/);
    await ada.looksAt('04-calendar-refused');

    await ada.button('Allow calendar').click();
    await ada.choose('ada@example.com');
    await ada.page.getByRole('button', { name: 'Cancel' }).click();
    await ada.sees('You did not allow it at Google');
    await ada.sees('You are still signed in as before.');
    await ada.sees('Signed in as Ada Lovelace');
    await ada.looksAt('05-calendar-not-allowed');

    await ada.button('Read my calendar').click();
    await ada.button('Allow calendar').click();
    await ada.choose('ada@example.com');
    await ada.button('Continue').click();
    await ada.sees(/What comes next/);
    // It is a new page, which makes its own first call at the same time: either may be answered first.
    t.ok((await ada.calls()).includes('GET /api/calendar/events 200'));
    t.equal(await ada.page.getByText('You did not allow it at Google').count(), 0, 'that was the attempt before');
    await ada.looksAt('06-calendar');

    const leaked = await ada.fingerprint();
    const atGoogle = google.calls.count('/o/oauth2/v2/auth');
    await ada.button('My token leaked').click();
    await ada.sees('You did not have to sign in again');
    t.same((await ada.calls()).slice(0, 3), ['GET /api/user 200', 'GET /api/user 401', 'DELETE /api/token 204']);
    await ada.sees('invalid_token: The access token has been revoked');
    await ada.sees('3 of 4 calls were refused');
    t.same(await ada.thief(), ['200', '401', '401', '401'], 'the stolen copy worked, and never again');
    await ada.sees('Not touched. You are still signed in.');
    await ada.sees(/Used at \d\d:\d\d:\d\d: it brought the new access token/);
    t.not(await ada.fingerprint(), leaked);
    t.equal(google.calls.count('/o/oauth2/v2/auth'), atGoogle, 'nobody went to Google');
    await ada.looksAt('07-leaked');
    await looksIntoCalls(t, ada, leaked);
    t.equal(await ada.page.evaluate(() => document.getAnimations().length), 0, 'nothing moves for who wants no motion');
    await ada.button('Read my calendar').click();
    await ada.sees(/What comes next/);

    await ada.button('Sign out').click();
    await ada.button('Sign in with Google').waitFor();
    await ada.looksAt('08-signed-out-again');
    await ada.page.reload();
    await ada.button('Sign in with Google').waitFor();
    t.same(
      (await ada.context.cookies()).filter(({ name }) => name.includes('session-token')),
      [],
    );
  });

  await t.test(
    'the session cookie is out of reach for scripts, and the refresh token is in no page and no answer',
    async (t) => {
      const ada = await browser.newPerson(t, webUrl);
      const bodies: Promise<string>[] = [];
      ada.context.on('response', (response) => {
        if (response.url().startsWith(webUrl)) bodies.push(response.text().catch(() => ''));
      });
      const scripts = new Set<string>();
      ada.context.on('request', (request) => {
        const { origin, pathname } = new URL(request.url());
        if (origin === webUrl && pathname.endsWith('.js')) scripts.add(request.url());
      });
      await ada.signIn();
      await ada.sees('Signed in as Ada Lovelace');
      await ada.sees(/^Connected$/);
      const sizes = await Promise.all([...scripts].map(compressedSize));
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      t.ok(bytes > 50_000 && bytes < 200_000, `${bytes} bytes of JavaScript, compressed, in ${sizes.length} files`);
      await ada.page.reload();
      await ada.sees('Signed in as Ada Lovelace');
      const [cookie] = (await ada.context.cookies()).filter(({ name }) => name.includes('session-token'));
      t.match(cookie, { name: 'next-auth.session-token', httpOnly: true, sameSite: 'Lax' });
      const days = ((cookie?.expires ?? 0) * 1000 - Date.now()) / 86_400_000;
      t.ok(days > 29.9 && days < 30.1, 'lasts 30 days');
      const all = (await Promise.all(bodies)).join('\n');
      t.ok(all.includes('ya29.'), 'the access token is there, as it should be');
      t.notOk(/1\/\/0[\w-]{20}|"refresh_?token"/i.test(all));
    },
  );

  await t.test('a name that is one long word', async (t) => {
    const long = await browser.newPerson(t, webUrl);
    const { page } = long;
    await page.goto(webUrl);
    await long.isAlive();
    await long.button('Sign in with Google').click();
    await page.getByText('Use another account').click();
    await page.getByLabel('E-mail').fill(`${LONG_NAME}@x.example.com`);
    await long.button('Next').click();
    await long.button('Continue').click();
    await long.sees(/^Signed in as \S{60}/);
    await page.getByTestId('calls').locator('[data-status="200"]').first().waitFor();
    await long.opensRecord();
    await long.looksAt('46-long-name');
  });

  await t.test('by the keyboard alone', async (t) => {
    const grace = await browser.newPerson(t, webUrl);
    const { page, sees } = grace;
    const { press, isAt } = keyboardOf(t, grace);
    /** The page calls the API by itself when it is opened, and what is pressed meanwhile does nothing. */
    const isIn = async (): Promise<void> => {
      await sees('Signed in as Grace Hopper');
      await page.getByTestId('calls').locator('[data-status="200"]').first().waitFor();
    };
    const signIn = async (): Promise<void> => {
      await press('Sign in with Google');
      await press(/grace@example\.org/);
      await press('Continue');
      await isIn();
    };
    await page.goto(webUrl);
    await signIn();
    await press('Call the API');
    await sees('The API accepted the token');
    // The button that was pressed keeps the focus.
    await isAt('Call the API');
    await press('Read my calendar');
    await press('Allow calendar');
    await press(/grace@example\.org/);
    await press('Continue');
    await isIn();
    await sees(/What comes next/);
    await press('My token leaked');
    await sees('You did not have to sign in again');
    await press('Sign out');
    await sees('You are signed out in this browser');
    // The focus is where something new is said, for what had it is gone.
    await isAt('You are signed out');
    await press('Dismiss');
    await signIn();
    await press('Sign out everywhere');
    await sees('You are signed out everywhere');
    await system.acceptsNewTokens('grace@example.org');
    await signIn();
    await press('Delete my account');
    await isAt('No, keep it');
    await press('No, keep it');
    // One is back where one was.
    await isAt('Delete my account');
    await press('Delete my account');
    await press('Yes, delete it');
    await sees('Your account is deleted');
    // The next chapter may begin within the same second.
    await system.acceptsNewTokens('grace@example.org');
  });
}

/** A refused call: which token it carried, what came back, and how to do the same. */
async function looksIntoCalls(t: Test, ada: Person, leaked: string): Promise<void> {
  const calls = ada.page.getByTestId('calls');
  const refused = calls.locator('[data-path="/api/user"][data-status="401"]');
  t.ok((await refused.textContent())?.includes(leaked.slice(0, 4)), 'it carried the leaked token');
  const renewed = calls.locator('[data-event="renewed"]');
  t.ok((await renewed.textContent())?.includes((await ada.fingerprint()).slice(0, 4)), 'the renewal brought the next');
  t.match(await calls.locator('[data-status="200"]').first().textContent(), /\d ms.*Google was asked/);
  await refused.locator('summary').click();
  await ada.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await ada.button('Copy as curl').click();
  await ada.sees('Copied, without the token.');
  const line = await ada.page.evaluate(() => navigator.clipboard.readText());
  t.match(line, /^curl -i -X GET '[^']+\/api\/user' -H "Authorization: Bearer \$TOKEN"$/);
  const shown = (await refused.textContent()) ?? '';
  t.match(shown, /www-authenticate.*error="invalid_token"/);
  t.match(shown, /apiFetch\('\/api\/user'\)/);
  t.notMatch(await ada.page.locator('main').textContent(), /ya29\./, 'the token itself is nowhere to be seen');
  await ada.looksAt('09-call');
}

async function compressedSize(url: string): Promise<number> {
  return gzipSync(await (await fetch(url)).bytes()).length;
}
