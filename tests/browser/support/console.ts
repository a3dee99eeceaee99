import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';
import type { Test } from 'tap';

/** Chromium reports every answer from 400 on, and every connection that fails, as an error of the page. Those are the story. */
const NETWORK = /^Failed to load resource: /;
const POLL_MS = 50;
const WITHIN_MS = 30_000;

/** Fails the test when its pages complain about something in the console. The result excepts what has to be there. */
export function watchConsole(t: Test, context: BrowserContext): (expected: RegExp) => Promise<void> {
  const complaints: string[] = [];
  const excepted: RegExp[] = [NETWORK];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  context.on('weberror', (error) => void complaints.push(String(error.error())));
  t.teardown(() => {
    const left = complaints.filter((text) => !excepted.some((pattern) => pattern.test(text)));
    if (left.length > 0) throw new Error(`in the console: ${left.join('\n')}`);
  });
  return async (expected) => {
    const deadline = Date.now() + WITHIN_MS;
    while (!complaints.some((text) => expected.test(text))) {
      if (Date.now() > deadline)
        throw new Error(`the console says nothing like ${expected}, but: ${complaints.join('\n')}`);
      await sleep(POLL_MS);
    }
    excepted.push(expected);
  };
}
