import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import type { Test } from 'tap';
import { installed, skipWithout } from './programs.ts';

const PROGRAM = process.env.CHROMIUM ?? installed(['chromium-headless-shell', 'chromium']);

/** Why a test with a browser is skipped; with REQUIRE_SERVICES it is not, and fails. */
export const noBrowser: string | false = skipWithout(
  PROGRAM,
  'Chromium is not installed; on Debian: apt-get install chromium-headless-shell; elsewhere set CHROMIUM to the program',
);

/** How long a page may take, in ms: only what never happens is a failure. */
export const PAGE_PATIENCE_MS = 60_000;

/**
 * Starts a browser that asks nobody outside of this machine for anything. Whoever starts it closes it.
 *
 * @param options `handleSIGINT: false` for a program with something to do at Ctrl-C: by default Playwright ends the process then
 */
export function launchChromium(options: Pick<LaunchOptions, 'handleSIGINT'> = {}): Promise<Browser> {
  if (PROGRAM === undefined) throw new Error('Chromium is not installed');
  return chromium.launch({
    ...options,
    executablePath: PROGRAM,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      // One process for all pages of all sites: to start one for each costs a tenth of what the tests do.
      ...['--disable-site-isolation-trials', '--process-per-site', '--renderer-process-limit=1'],
      // Most scripts are gone with their page before it pays to optimise them.
      '--js-flags=--no-opt --no-maglev',
      // One thread draws: more of them only take time from each other.
      '--num-raster-threads=1',
    ],
  });
}

let running: Promise<Browser> | undefined;

/**
 * One browser for all the tests of a process.
 *
 * @param root the test of the process, at whose end it ends
 */
export function sharedChromium(root: Pick<Test, 'teardown'>): Promise<Browser> {
  running ??= launchChromium().then((browser) => {
    // What is added last runs first: a teardown of the file's own that throws keeps no browser open.
    root.teardown(() => browser.close());
    return browser;
  });
  return running;
}
