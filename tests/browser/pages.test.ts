import { noBrowser } from '@google-bearer/test-kit/chromium';
import t, { type Test, test } from 'tap';
import { startSystem } from '../system/support/system.ts';
import { WITH_BUILD_MS } from '../system/support/time-limit.ts';
import { admin } from './chapters/admin.ts';
import { leaving } from './chapters/leaving.ts';
import { story } from './chapters/story.ts';
import { tabs } from './chapters/tabs.ts';
import { trouble } from './chapters/trouble.ts';
import type { House } from './support/house.ts';
import { openBrowser } from './support/person.ts';

t.setTimeout(2 * WITH_BUILD_MS);
// Beside each other: a person waits for pages most of the time. Nobody sees what is done in the other house.
t.jobs = 2;

test('the pages of one house', { skip: noBrowser, buffered: true }, async (t) => {
  const house = await openHouse(t);
  // First: it counts what Google was asked.
  await t.test('the story of a token', (t) => story(t, house));
  await t.test('two tabs of one browser', (t) => tabs(t, house));

  await t.test('a site that is not set up', async (t) => {
    const system = await startSystem({ webEnv: { GOOGLE_CLIENT_ID: undefined }, webReadyPath: '/icon.svg' });
    t.teardown(() => system.close());
    const person = await house.browser.newPerson(t, system.webUrl);
    await person.page.goto(system.webUrl);
    await person.sees('This site cannot be shown');
    // React's error of a page that could not be made, and Chromium's, later, of the style sheet of that page.
    await person.complains(/React error #441|^The resource \S+\.css was preloaded using link preload but not used/);
    await person.looksAt('33-not-set-up');
    t.match(system.output(), /web \| .*GOOGLE_CLIENT_ID is not set/, 'the log says why');
  });
});

test('the pages of another house', { skip: noBrowser, buffered: true }, async (t) => {
  const house = await openHouse(t);
  await t.test('leaving: elsewhere, at Google, for good', (t) => leaving(t, house));
  await t.test('an administrator', (t) => admin(t, house));
  // Last: it leaves parts ended.
  await t.test('when something is down, the page says what and what to do', (t) => trouble(t, house));
});

async function openHouse(t: Test): Promise<House> {
  const system = await startSystem();
  t.teardown(() => system.close());
  return { system, browser: await openBrowser() };
}
