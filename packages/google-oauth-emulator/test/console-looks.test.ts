import { noBrowser } from '@google-bearer/test-kit/chromium';
import { sidewaysBy } from '@google-bearer/test-kit/looks';
import t from 'tap';
import { authorizationPath, CALENDAR, CLIENT_ID, CLIENT_SECRET, postForm, REDIRECT_URI, start } from './browser.ts';
import { looksAt, openConsole, openContext } from './chromium.ts';

const ADA = '106488946935451153824';

t.test('the keyboard alone is enough, and stays where it is', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const page = await openConsole(await openContext(t), emulator.url);
  const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
  const seen: string[] = [];
  const tabTo = async (id: string) => {
    // As many stops as the page has, and some; who comes round without meeting it fails.
    for (let stops = 0; stops < 120; stops += 1) {
      if ((await focused()) === id) return;
      await page.keyboard.press('Tab');
      seen.push(await focused());
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
      if (!['solid', 'auto'].includes(outline)) t.fail(`the focus at #${await focused()} is not seen: ${outline}`);
    }
    t.fail(`the keyboard does not reach #${id}: ${seen.join(' ')}`);
  };
  await tabTo(`session-${ADA}`);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out Ada Lovelace' }).waitFor();
  t.equal(await focused(), `session-${ADA}`, 'the row is another one, the focus is the same');
  await tabTo('mint-lifetime');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('60');
  await page.keyboard.press('Enter');
  await page.getByText('Good for 59 s').waitFor();
  await tabTo('fault-switch-1');
  await page.keyboard.press('Space');
  await page.getByRole('switch', { name: 'Broken connection', checked: true }).waitFor();
  t.equal(await focused(), 'fault-switch-1');
  await page.keyboard.press('Space');
  await page.getByRole('switch', { name: 'Broken connection', checked: false }).waitFor();
  await tabTo('clock-step-3');
  await page.keyboard.press('Enter');
  await page.getByText('1 h ahead of the machine', { exact: true }).waitFor();
  await tabTo('client-secret-0');
  await page.keyboard.press('Space');
  t.equal(await page.getByLabel('Client secret').inputValue(), CLIENT_SECRET);
  t.equal(emulator.clock.aheadMs(), 3_600_000);
});

t.test('it is accessible, light and dark, wide and on a phone, empty and full', { skip: noBrowser }, async (t) => {
  const emulator = await start(t, {
    clients: [
      { id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris: [REDIRECT_URI] },
      { id: 'desktop-tool.apps.googleusercontent.com', type: 'desktop' },
    ],
  });
  const page = await openConsole(await openContext(t), emulator.url);
  await looksAt(t, page, 'console-empty');
  const token = emulator.mintToken();
  for (let count = 0; count < 30; count += 1) await postForm(emulator, '/tokeninfo', { access_token: token });
  emulator.faults.set({ path: '/token', kind: 'status', status: 429, headers: { 'retry-after': '5' }, times: 3 });
  emulator.faults.set({
    path: '/calendar/v3/calendars/primary/events',
    kind: 'redirect',
    location: `https://a.example/${'x'.repeat(80)}`,
  });
  await postForm(emulator, '/token', { grant_type: 'refresh_token' });
  emulator.clock.advance(-86_461_900);
  await page.getByRole('button', { name: 'Sign in as Grace Hopper' }).click();
  await page.getByRole('button', { name: 'Mint token' }).click();
  await page.getByLabel('Access token', { exact: true }).waitFor();
  await page.getByText('Show secret').click();
  await page.getByLabel('Client secret').waitFor();
  await page.getByText('Any other fault').click();
  await page.getByText('On now').waitFor();
  await page.getByRole('cell', { name: '429' }).waitFor();
  await looksAt(t, page, 'console-full');

  // 200 % zoom of a window of 1366 pixels, then 200 % text size.
  await page.setViewportSize({ width: 683, height: 450 });
  t.ok((await sidewaysBy(page)) <= 0, 'zoom');
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  t.ok((await sidewaysBy(page)) <= 0, 'text size');
});

t.test('the sign-in pages are accessible too', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const page = await (await openContext(t)).newPage();
  await page.goto(emulator.url + authorizationPath({ client_id: 'unknown' }));
  await looksAt(t, page, 'blocked');
  await page.goto(emulator.url + authorizationPath({ scope: `openid email ${CALENDAR}`, redirect_uri: 'postmessage' }));
  await page.getByText('Use another account').click();
  await looksAt(t, page, 'chooser');
  await page.getByRole('button', { name: 'Ada Lovelace' }).click();
  await page.getByRole('button', { name: 'Continue' }).waitFor();
  await looksAt(t, page, 'consent');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('No page is waiting for the answer.').waitFor();
  await looksAt(t, page, 'popup-alone');
});

t.test('who wants no motion sees none', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const page = await openConsole(await openContext(t), emulator.url);
  const moving = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) =>
        [undefined, '::before', '::after'].flatMap((part) => {
          const { transitionDuration, animationName } = getComputedStyle(element, part);
          return /[1-9]/.test(transitionDuration) || animationName !== 'none' ? [element.className] : [];
        }),
      ),
    );
  t.not((await moving()).length, 0, 'the switches do move');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  t.same(await moving(), []);
});
