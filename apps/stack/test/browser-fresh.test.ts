import t, { type Test, test } from 'tap';
import { noBrowser, openBrowser, type Person } from './support/browser.ts';
import { startSystem } from './support/system.ts';

const TOKEN_LIFE_S = 20;
const OPEN_FOR_MS = 120_000;
/** A token that lives 20 s, by its `expires_in` 19 s, is renewed after three quarters of that. */
const PERIOD_MS = 14_000;

t.setTimeout(OPEN_FOR_MS + 120_000);

test('with tokens of 20 seconds, three tabs left open for two minutes never show a failed call', {
  skip: noBrowser,
}, async (t: Test) => {
  const system = await startSystem({ google: { tokenLifetimeS: TOKEN_LIFE_S } });
  t.teardown(() => system.close());
  const first = await (await openBrowser(t, system.webUrl)).newPerson();
  await first.signIn();
  const tabs = [first, await first.newTab(), await first.newTab()];
  const statuses: number[] = [];
  first.context.on('response', (response) => {
    if (response.url().startsWith(`${system.apiUrl}/api/`) && response.request().method() === 'GET')
      statuses.push(response.status());
  });
  const { calls } = system.google;
  calls.clear();

  const start = Date.now();
  while (Date.now() - start < OPEN_FOR_MS) {
    for (const tab of tabs) await callOnce(tab);
  }

  const refreshes = calls.filter(({ grantType }) => grantType === 'refresh_token');
  t.ok(statuses.length > 30, `${statuses.length} calls`);
  t.same([...new Set(statuses)], [200], 'none was refused');
  t.ok(
    refreshes.length >= 6 && refreshes.length <= Math.ceil(OPEN_FOR_MS / PERIOD_MS) + 1,
    `${refreshes.length} refreshes`,
  );
  const pauses = refreshes.slice(1).map(({ at }, index) => at - (refreshes[index]?.at ?? 0));
  t.ok(
    pauses.every((pause) => pause >= PERIOD_MS - 1_000),
    `one in each period: ${pauses.join(', ')} ms`,
  );
  t.equal(new Set(await Promise.all(tabs.map((tab) => tab.fingerprint()))).size, 1, 'all tabs hold the same token');
});

/** Presses the button, and waits for the answer. */
async function callOnce({ page, button }: Person): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/user'));
  await button('Call the API').click();
  await answered;
  await page.waitForTimeout(2_000);
}
