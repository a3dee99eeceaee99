import { mock } from 'node:test';
import type { Test } from 'tap';
import type { SessionKeeper } from './site.ts';

/** The timer of one keeper, which runs when the test says so. To look at it asks for nothing. */
export interface RefetchTimer {
  /** How long the keeper wants to wait; undefined while it waits for nothing. */
  delayMs(): number | undefined;
  /** Resolves with the delay once the keeper has set its timer. */
  set(): Promise<number>;
  /** Lets the time pass that it wants to wait. Returns how many requests were sent because of it, at once. */
  fire(): number;
}

/** Takes the timer of a keeper that was not started yet; all others go on. */
export function refetchTimer(t: Test, keeper: SessionKeeper): RefetchTimer {
  let delay: number | undefined;
  let handle: NodeJS.Timeout | undefined;
  let waiting = Promise.withResolvers<number>();
  const { setTimeout, clearTimeout } = globalThis;
  const set = mock.method(globalThis, 'setTimeout', (callback: () => void, ms: number) => {
    if (callback !== keeper.refetch) return setTimeout(callback, ms);
    handle = setTimeout(() => {}, 1).unref();
    delay = ms;
    waiting.resolve(ms);
    return handle;
  });
  const clear = mock.method(globalThis, 'clearTimeout', (timer: NodeJS.Timeout | undefined) => {
    if (timer !== undefined && timer === handle) forget();
    clearTimeout(timer);
  });
  const fetches = mock.method(globalThis, 'fetch');
  t.teardown(() => {
    for (const method of [set, clear, fetches]) method.mock.restore();
  });
  function forget(): void {
    delay = undefined;
    handle = undefined;
    waiting = Promise.withResolvers();
  }
  return {
    delayMs: () => delay,
    set: () => waiting.promise,
    fire() {
      if (delay === undefined) throw new Error('no timer is set');
      forget();
      const before = fetches.mock.callCount();
      void keeper.refetch();
      return fetches.mock.callCount() - before;
    },
  };
}
