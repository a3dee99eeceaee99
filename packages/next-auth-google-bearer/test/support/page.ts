import { launchChromium, PAGE_PATIENCE_MS } from '@google-bearer/test-kit/chromium';
import type { Browser, Page } from 'playwright-core';
import { type Test, t as wholeFile } from 'tap';

let launched: Promise<Browser> | undefined;
wholeFile.teardown(async () => (await launched)?.close());

/** A page in a real browser, with storage and cookies of its own, which ends with the test. */
export async function openPage(t: Test): Promise<Page> {
  launched ??= launchChromium();
  const context = await (await launched).newContext();
  context.setDefaultTimeout(PAGE_PATIENCE_MS);
  t.teardown(() => context.close());
  return context.newPage();
}
