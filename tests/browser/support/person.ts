import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PAGE_PATIENCE_MS, sharedChromium } from '@google-bearer/test-kit/chromium';
import { inaccessible, STYLE_RULES, sidewaysBy } from '@google-bearer/test-kit/looks';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import root, { type Test } from 'tap';
import { watchConsole } from './console.ts';
import { signInUnseen } from './unseen.ts';

const SCREENSHOTS = process.env.SCREENSHOTS ? join(import.meta.dirname, '../../screenshots') : undefined;

/** Somebody in front of a browser of their own. */
export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  /** One more tab of the same browser, at the same site. */
  newTab(): Promise<Person>;
  /** A button, by its name. */
  button(name: string): Locator;
  /** Presses the sign-in button, chooses an account and agrees to everything. */
  signIn(email?: string): Promise<void>;
  /** Does the same with none of the pages on the way shown, for who is to be signed in. */
  isSignedIn(email?: string): Promise<void>;
  /** At the emulator: chooses an account. */
  choose(email: string): Promise<void>;
  /** Resolves once one can press something. */
  isAlive(): Promise<void>;
  /** Resolves once the page shows this text, and one can press something. */
  sees(text: string | RegExp): Promise<void>;
  /** The last calls as the page lists them, the newest first: `GET /api/user 200`. */
  calls(): Promise<string[]>;
  /** The statuses of the thief's calls, the oldest first. */
  thief(): Promise<string[]>;
  /** Unfolds the record of the user. */
  opensRecord(): Promise<void>;
  /** What the page shows of the access token. */
  fingerprint(): Promise<string>;
  /** The two countdowns, as they are at one moment: until the access token dies, and until it is renewed. */
  tokenLife(): Promise<{ readonly leftS: number; readonly renewedInS: number }>;
  /**
   * Looks at a state of the page: in light and wide, and in dark on a phone, it has to be accessible (axe, WCAG 2.2 AA) and must not
   * scroll sideways, nor when it is zoomed to twice its size. With `SCREENSHOTS=1` a picture of each is kept.
   */
  looksAt(name: string): Promise<void>;
  /** Resolves once the console complains of this, which is then no failure of the test. */
  complains(expected: RegExp): Promise<void>;
}

/** A browser, and people who use it. */
export interface PeoplesBrowser {
  /** Somebody with cookies of their own who wants no motion, until the test ends. What their pages complain about in the console fails it. */
  newPerson(t: Test, webUrl: string): Promise<Person>;
}

/** The browser of a test file, which ends with it. */
export async function openBrowser(): Promise<PeoplesBrowser> {
  const browser = await sharedChromium(root);
  return {
    async newPerson(t, webUrl) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
      context.setDefaultTimeout(PAGE_PATIENCE_MS);
      t.teardown(() => context.close());
      const complains = watchConsole(t, context);
      return person(t, await context.newPage(), webUrl, complains);
    },
  };
}

function person(t: Test, page: Page, webUrl: string, complains: Person['complains']): Person {
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const choose = async (email: string): Promise<void> => page.locator('button.account', { hasText: email }).click();
  /**
   * What is pressed before the scripts of the page run does nothing; React leaves a mark where it has begun to listen. Nor does what is pressed
   * while the page makes its own first call, which begins a moment later: until then the buttons look as if they could be pressed. Whoever has
   * a token that could leak sees that call in the list once it was answered.
   */
  const isAlive = async (): Promise<void> => {
    const look = (): Promise<boolean> =>
      page.evaluate(() => {
        const isHeard = Object.keys(document).some((key) => key.startsWith('__reactContainer'));
        const calls = document.querySelector('[data-testid="calls"]');
        const buttons = Array.from(document.querySelectorAll('button'), ({ textContent }) => textContent);
        const makesFirstCall = calls?.querySelector('li[data-method]') === null && buttons.includes('My token leaked');
        return isHeard && !makesFirstCall;
      });
    // It throws when the page is just being left for another one.
    while (page.url().startsWith(webUrl) && !(await look().catch(() => false))) await sleep(20);
  };
  const sees = async (text: string | RegExp): Promise<void> => {
    await page.getByText(text).first().waitFor().catch(tellsWhatIsSeen);
    await isAlive();
  };
  /** Why a text does not come is mostly on the page that came in its place. */
  const tellsWhatIsSeen = async (error: Error): Promise<never> => {
    const shown = await page.locator('body').ariaSnapshot();
    throw new Error(`${error.message}\nThere is, at ${page.url()}:\n${shown}`, { cause: error });
  };
  return {
    page,
    context: page.context(),
    async newTab() {
      const tab = await page.context().newPage();
      await tab.goto(webUrl);
      const other = person(t, tab, webUrl, complains);
      await other.isAlive();
      return other;
    },
    button,
    choose,
    isAlive,
    sees,
    complains,
    async signIn(email = 'ada@example.com') {
      if (!page.url().startsWith(webUrl)) await page.goto(webUrl);
      await isAlive();
      await button('Sign in with Google').first().click();
      await choose(email);
      await button('Continue').click();
      await page.waitForURL(`${webUrl}/**`);
      await isAlive();
    },
    async isSignedIn(email) {
      await signInUnseen(page.context().request, webUrl, email);
      await page.goto(webUrl);
      await isAlive();
    },
    calls: () =>
      page
        .getByTestId('calls')
        .locator('li[data-method]')
        .evaluateAll((items) =>
          items.map((item) => ['method', 'path', 'status'].map((name) => item.getAttribute(`data-${name}`)).join(' ')),
        ),
    thief: () =>
      page
        .getByTestId('thief')
        .locator('li')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-status') ?? '')),
    opensRecord: () => page.getByText('Show what GET /api/user answers').click(),
    fingerprint: async () => ((await page.getByTestId('fingerprint').textContent()) ?? '').replaceAll(' ', ''),
    async tokenLife() {
      const section = page.getByRole('region', { name: 'Access token' });
      const [leftS, renewedInS] = await section.evaluate((element) =>
        Array.from(element.querySelectorAll('time'), ({ dateTime }) => Number(/^PT(\d+)S$/.exec(dateTime)?.[1])),
      );
      return { leftS: leftS ?? Number.NaN, renewedInS: renewedInS ?? Number.NaN };
    },
    async looksAt(name) {
      await page.setViewportSize({ width: ZOOMED, height: 450 });
      await fits(t, page, name, ZOOMED);
      for (const [colorScheme, width, rules] of LOOKS) {
        // At once: the page is drawn anew once.
        await Promise.all([page.emulateMedia({ colorScheme }), page.setViewportSize({ width, height: 900 })]);
        await isAccessible(t, page, name, rules);
        await fits(t, page, name, width);
        if (SCREENSHOTS !== undefined) {
          const path = join(SCREENSHOTS, `${name}-${colorScheme}-${width}.png`);
          await page.screenshot({ path, fullPage: true });
        }
      }
    },
  };
}

/** The last one is how people go on. */
const LOOKS = [
  ['dark', 360, STYLE_RULES],
  ['light', 1280, undefined],
] as const;

/** What is left of 1280 pixels at 200 %. */
const ZOOMED = 640;

async function fits(t: Test, page: Page, name: string, width: number): Promise<void> {
  const overflow = await sidewaysBy(page);
  t.ok(overflow <= 0, `${name}, ${width} wide, scrolls sideways by ${overflow}`);
}

async function isAccessible(t: Test, page: Page, name: string, rules: readonly string[] | undefined): Promise<void> {
  t.equal(page.frames().length, 1, `${name} has no frames`);
  t.same(await inaccessible(page, rules), [], `${name} is accessible`);
  // Here are only those that assistive technology is told of. One that is hidden while it is empty is read out by no one.
  const live = page.getByRole('status');
  t.equal(await live.count(), await page.locator('[role="status"]').count(), `${name} hides no live region`);
}
