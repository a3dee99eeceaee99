import { join } from 'node:path';
import { PAGE_PATIENCE_MS, sharedChromium } from '@google-bearer/test-kit/chromium';
import { inaccessible, STYLE_RULES, sidewaysBy } from '@google-bearer/test-kit/looks';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import root, { type Test } from 'tap';

const SCREENSHOTS = process.env.SCREENSHOTS ? join(import.meta.dirname, '../screenshots') : undefined;

root.setTimeout(300_000);
/** What the pages of all tests complained about. It is told at the very end: a teardown that throws skips the others. */
const complaints: string[] = [];
root.teardown(() => {
  if (complaints.length > 0) throw new Error(`in the console of the browser: ${complaints.join('\n')}`);
});

/** A profile of its own, which ends with the test. What its pages complain about is a failure, apart from what is expected. */
export async function openContext(
  t: Test,
  { expected = [], ...options }: BrowserContextOptions & { readonly expected?: readonly RegExp[] } = {},
): Promise<BrowserContext> {
  const context = await (await sharedChromium(root)).newContext({ viewport: { width: 1366, height: 900 }, ...options });
  t.teardown(() => context.close());
  context.setDefaultTimeout(PAGE_PATIENCE_MS);
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
 * Looks at a state of a page: light and wide, and dark on a phone, it has to be accessible (axe, WCAG 2.2 AA) and must
 * not scroll sideways. With `SCREENSHOTS=1` a picture of each is kept.
 */
export async function looksAt(t: Test, page: Page, name: string): Promise<void> {
  // No colour depends on the width, and no place on the colours: each is seen once.
  for (const [colorScheme, width, rules] of [
    ['light', 1366, undefined],
    ['dark', 375, STYLE_RULES],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    t.same(await inaccessible(page, rules), [], `${name}, ${colorScheme}, ${width} wide, is accessible`);
    t.ok((await sidewaysBy(page)) <= 0, `${name}, ${width} wide, does not scroll sideways`);
    if (SCREENSHOTS === undefined) continue;
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}-${width}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  await page.setViewportSize({ width: 1366, height: 900 });
}
