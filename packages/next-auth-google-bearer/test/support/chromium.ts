import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Test, t as wholeFile } from 'tap';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why a test with a browser is skipped; with REQUIRE_SERVICES it is not. */
export const noBrowser: string | false =
  existsSync(CHROMIUM) || process.env.REQUIRE_SERVICES
    ? false
    : `${CHROMIUM} is not installed; on Debian: apt-get install chromium; elsewhere set CHROMIUM to the program`;

let launched: Promise<Browser> | undefined;
wholeFile.teardown(async () => (await launched)?.close());

/** A page in a real browser, with storage and cookies of its own, which ends with the test. */
export async function openPage(t: Test): Promise<Page> {
  launched ??= chromium.launch({
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
  const context = await (await launched).newContext();
  t.teardown(() => context.close());
  return context.newPage();
}
