import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why a test with a browser is skipped; with REQUIRE_SERVICES it is not. */
export const noBrowser: string | false =
  existsSync(CHROMIUM) || process.env.REQUIRE_SERVICES
    ? false
    : `${CHROMIUM} is not installed; on Debian: apt-get install chromium; elsewhere set CHROMIUM to the program`;

/** A page in a real browser, which ends with the test. */
export async function openPage(t: Test): Promise<Page> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  t.teardown(() => browser.close());
  return (await browser.newContext()).newPage();
}
