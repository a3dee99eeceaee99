import { PAGE_PATIENCE_MS, sharedChromium } from '@google-bearer/test-kit/chromium';
import type { Page } from 'playwright-core';
import root, { type Test } from 'tap';

/** A page in a real browser, with storage and cookies of its own, which ends with the test. */
export async function openPage(t: Test): Promise<Page> {
  const context = await (await sharedChromium(root)).newContext();
  context.setDefaultTimeout(PAGE_PATIENCE_MS);
  t.teardown(() => context.close());
  return context.newPage();
}
