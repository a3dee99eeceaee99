import { mock } from 'node:test';
import type { Test } from 'tap';

/** Moves the clock by which sessions are judged, and stops it: this process's, so the emulator's as well, but no timer. */
export function moveClock(t: Test, ms: number): void {
  const now = Date.now() + ms;
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now });
  t.teardown(() => mock.timers.reset());
}
