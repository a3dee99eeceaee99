import { setTimeout as sleep } from 'node:timers/promises';
import { noBrowser } from '@google-bearer/test-kit/chromium';
import { eventually } from '@google-bearer/test-kit/eventually';
import t, { type Test, test } from 'tap';
import { startSystem } from '../system/support/system.ts';
import { WITH_BUILD_MS } from '../system/support/time-limit.ts';
import { openBrowser, type Person } from './support/person.ts';
import { watchToken } from './support/token-watch.ts';

const TOKEN_LIFE_S = 20;
const TOKEN_LIFE_MS = TOKEN_LIFE_S * 1000;
const OPEN_FOR_MS = 4 * TOKEN_LIFE_MS;
/** A token that lives 20 s, by its `expires_in` 19 s, is renewed after three quarters of that. */
const PERIOD_MS = 14_000;
const PAUSE_MS = 6_000;
const FINGERPRINT = /^[0-9a-f]{16}$/;

t.setTimeout(WITH_BUILD_MS + OPEN_FOR_MS);
// Beside each other: most of what they do is to wait.
t.jobs = 2;

test('with tokens of 20 seconds, three tabs left open for four lives of them never show a failed call', {
  skip: noBrowser,
  buffered: true,
}, async (t: Test) => {
  const system = await startSystem({ google: { tokenLifetimeS: TOKEN_LIFE_S } });
  t.teardown(() => system.close());
  const first = await (await openBrowser()).newPerson(t, system.webUrl);
  await first.isSignedIn();
  const [second, idle] = [await first.newTab(), await first.newTab()];
  const callers = [first, second];
  const statuses: number[] = [];
  first.context.on('response', (response) => {
    if (response.url().startsWith(`${system.apiUrl}/api/`) && response.request().method() === 'GET')
      statuses.push(response.status());
  });
  const seenWhenIdle = await watchToken(idle.page);
  // From before the first refresh that is counted: it may come at any moment.
  const used = new Set([await callOnce(first)]);
  const { calls } = system.google;
  calls.clear();

  const start = Date.now();
  while (Date.now() - start < OPEN_FOR_MS) {
    for (const caller of callers) used.add(await callOnce(caller));
    await sleep(PAUSE_MS);
  }
  await sameInAll([...callers, idle]);
  const openMs = Date.now() - start;

  const refreshes = calls.filter(({ grantType }) => grantType === 'refresh_token');
  t.same([...new Set(statuses)], [200], 'no call was refused, so none had a token that was too old');
  const pauses = refreshes.slice(1).map(({ at }, index) => at - (refreshes[index]?.at ?? 0));
  t.ok(
    pauses.every((pause) => pause >= PERIOD_MS),
    `at most one refresh in each period: ${pauses.join(', ')} ms`,
  );
  const lives = Math.floor(openMs / TOKEN_LIFE_MS);
  t.ok(refreshes.length >= lives, `${refreshes.length} refreshes in ${lives} lives of a token`);
  t.ok(used.size >= refreshes.length, `calls were made with ${used.size} tokens, all but perhaps the last one`);

  const seen = await seenWhenIdle();
  t.ok(seen.fingerprints.length >= lives, 'the tab that nobody touched went along by itself');
  // Between two looks there may be a renewal.
  await eventually('it ends with the token that all have', async () => {
    const last = await sameInAll([...callers, idle]);
    return (await seenWhenIdle()).fingerprints.at(-1) === last;
  });
  t.notOk(seen.expired, 'and never said that its token had expired');
});

test('a token that cannot be renewed', { skip: noBrowser, buffered: true }, async (t: Test) => {
  const system = await startSystem({ google: { tokenLifetimeS: 8 } });
  t.teardown(() => system.close());
  const { google, webUrl } = system;
  const person = await (await openBrowser()).newPerson(t, webUrl);

  await t.test('Google is down: it is said to have expired, and goes on when Google is back', async (t) => {
    await person.isSignedIn();
    await person.sees('Signed in as Ada Lovelace');
    google.faults.set({ path: '/token', kind: 'status', status: 503 });
    await person.sees('Your access token has expired');
    const { page } = person;
    const answer = Promise.withResolvers<void>();
    await page.route('**/api/auth/session', async (route) => {
      if (route.request().method() === 'POST') await answer.promise;
      await route.continue();
    });
    await person.button('Try now').click();
    await page.locator('[aria-busy="true"]', { hasText: 'Try now' }).waitFor();
    answer.resolve();
    await person.sees(/It did not work at \d\d:\d\d:\d\d\. The next attempt is in five minutes at the latest/);
    await page.getByRole('button', { name: 'Try now', disabled: false }).waitFor();
    t.equal(await page.locator('[aria-busy="true"]', { hasText: 'Try now' }).count(), 0);
    await page.unroute('**/api/auth/session');
    await person.looksAt('26-expired');
    google.faults.clear();
    // By itself, after pauses that have doubled all the while.
    await person.button('Call the API').waitFor({ timeout: 180_000 });
    // The page calls once by itself, as it did when it was opened, and what is pressed meanwhile does nothing.
    await page.getByTestId('calls').locator('li[data-method]').nth(1).waitFor();
    await person.button('Call the API').click();
    await person.sees('The API accepted the token');
  });

  await t.test('Google does not know the client any more: for its operator, and nobody is signed out', async () => {
    const body = { error: 'deleted_client', error_description: 'The OAuth client was deleted.' };
    google.faults.set({ path: '/token', kind: 'status', status: 401, body });
    await person.sees('no new one can be had just now');
    await person.looksAt('27-client-unknown');
    google.faults.clear();
  });
});

/** Presses the button, waits for the answer, and resolves to the token that the page has then. */
async function callOnce({ page, button, fingerprint }: Person): Promise<string> {
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/user'));
  await button('Call the API').click();
  await answered;
  return fingerprint();
}

/** Resolves to the token that all tabs show, as soon as they do. A renewal takes a moment to be in every tab. */
async function sameInAll(tabs: readonly Person[]): Promise<string> {
  for (;;) {
    const [one = '', ...others] = await Promise.all(tabs.map((tab) => tab.fingerprint()));
    if (FINGERPRINT.test(one) && others.every((other) => other === one)) return one;
    await sleep(100);
  }
}
