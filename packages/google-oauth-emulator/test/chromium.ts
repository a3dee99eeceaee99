import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import root, { type Test } from 'tap';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SCREENSHOTS = join(import.meta.dirname, '../screenshots');

/** Why a test with a browser is skipped; with REQUIRE_SERVICES it is not, and fails. */
export const noBrowser: string | false =
  existsSync(CHROMIUM) || process.env.REQUIRE_SERVICES
    ? false
    : `${CHROMIUM} is not installed; on Debian: apt-get install chromium; elsewhere set CHROMIUM to the program`;

/** Only what never happens is a failure: everything else may take as long as a busy machine needs. */
const PATIENCE_MS = 60_000;

let running: Promise<Browser> | undefined;

/** One browser for all the tests of a file. */
function sharedBrowser(): Promise<Browser> {
  running ??= chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
  return running;
}

root.setTimeout(300_000);
/** What the pages of all tests complained about. It is told at the very end: a teardown that throws skips the others. */
const complaints: string[] = [];
root.teardown(async () => {
  await (await running)?.close();
  if (complaints.length > 0) throw new Error(`in the console of the browser: ${complaints.join('\n')}`);
});

/** A profile of its own, which ends with the test. What its pages complain about is a failure, apart from what is expected. */
export async function openContext(
  t: Test,
  { expected = [], ...options }: BrowserContextOptions & { readonly expected?: readonly RegExp[] } = {},
): Promise<BrowserContext> {
  const browser = await sharedBrowser();
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, ...options });
  t.teardown(() => context.close());
  context.setDefaultTimeout(PATIENCE_MS);
  context.on('console', (message) => {
    const text = message.text();
    const isExpected = [/^Failed to load resource: /, ...expected].some((pattern) => pattern.test(text));
    if (['error', 'warning'].includes(message.type()) && !isExpected) complaints.push(text);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return context;
}

/** The emulator's console, once it shows everything. */
export async function openConsole(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('body[data-ready]').waitFor();
  return page;
}

/**
 * Looks at a state of a page: light and dark, wide and on a phone, it has to be accessible (axe, WCAG 2.2 AA) and must
 * not scroll sideways. A screenshot of each is kept.
 */
export async function looksAt(t: Test, page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1366, 375]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
      const { violations } = await new AxeBuilder({ page }).withTags(tags).setLegacyMode().analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
      t.same(found, [], `${name}, ${colorScheme}, ${width} wide, is accessible`);
      t.ok((await sidewaysBy(page)) <= 0, `${name}, ${width} wide, does not scroll sideways`);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}-${width}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  await page.setViewportSize({ width: 1366, height: 900 });
}

/** By how many pixels the page is wider than its window. */
export function sidewaysBy(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
