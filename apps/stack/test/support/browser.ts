import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import type { Test } from 'tap';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SCREENSHOTS = join(import.meta.dirname, '../../screenshots');

/** Why a test with a browser is skipped; with REQUIRE_SERVICES it is not, and fails. */
export const noBrowser: string | false =
  existsSync(CHROMIUM) || process.env.REQUIRE_SERVICES
    ? false
    : `${CHROMIUM} is not installed; on Debian: apt-get install chromium; elsewhere set CHROMIUM to the program`;

/** Chromium reports every answer from 400 on, and every connection that fails, as an error of the page. Those are the story. */
const NETWORK = /^Failed to load resource: /;

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
  /** At the emulator: chooses an account. */
  choose(email: string): Promise<void>;
  /** Resolves once the page shows this text. */
  sees(text: string | RegExp): Promise<void>;
  /** The last calls as the page lists them, the newest first: `GET /api/user 200`. */
  calls(): Promise<string[]>;
  /** What the page shows of the access token. */
  fingerprint(): Promise<string>;
  /**
   * Looks at a state of the page: in light and wide, and in dark on a phone, it has to be accessible (axe, WCAG 2.2 AA) and must not
   * scroll sideways. A screenshot of each is kept.
   */
  looksAt(name: string): Promise<void>;
}

/** Starts a browser; all of it ends with the test. What its pages complain about in the console fails the test. */
export async function openBrowser(t: Test, webUrl: string): Promise<{ newPerson(): Promise<Person> }> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
  t.teardown(() => browser.close());
  return {
    async newPerson() {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      context.setDefaultTimeout(20_000);
      const complaints: string[] = [];
      context.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()) && !NETWORK.test(message.text()))
          complaints.push(message.text());
      });
      context.on('weberror', (error) => complaints.push(String(error.error())));
      const page = await context.newPage();
      t.teardown(() => {
        if (complaints.length > 0) throw new Error(`in the console: ${complaints.join('\n')}`);
      });
      return person(t, page, webUrl);
    },
  };
}

function person(t: Test, page: Page, webUrl: string): Person {
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const choose = async (email: string): Promise<void> => page.locator('button.account', { hasText: email }).click();
  const sees = async (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();
  return {
    page,
    context: page.context(),
    async newTab() {
      const tab = await page.context().newPage();
      await tab.goto(webUrl);
      return person(t, tab, webUrl);
    },
    button,
    choose,
    sees,
    async signIn(email = 'ada@example.com') {
      if (!page.url().startsWith(webUrl)) await page.goto(webUrl);
      await button('Sign in with Google').first().click();
      await choose(email);
      await button('Continue').click();
      await page.waitForURL(`${webUrl}/**`);
    },
    calls: () =>
      page
        .getByTestId('calls')
        .locator('li')
        .evaluateAll((items) =>
          items.map((item) => ['method', 'path', 'status'].map((name) => item.getAttribute(`data-${name}`)).join(' ')),
        ),
    fingerprint: async () => ((await page.getByTestId('fingerprint').textContent()) ?? '').replaceAll(' ', ''),
    async looksAt(name) {
      await mkdir(SCREENSHOTS, { recursive: true });
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 360],
      ] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height: 900 });
        await isAccessible(t, page, name);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        t.ok(overflow <= 0, `${name}, ${width} wide, scrolls sideways by ${overflow}`);
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      }
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
      await page.setViewportSize({ width: 1280, height: 900 });
    },
  };
}

async function isAccessible(t: Test, page: Page, name: string): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
  t.same(found, [], `${name} is accessible`);
}
