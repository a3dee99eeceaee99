import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const ANSWER_WITHIN_MS = 10_000;

/**
 * Resolves once a URL answers 200.
 *
 * @throws {Error} that reads on after a name: when it answers 500, which waiting does not heal, or not well in time
 */
export async function untilReady(url: string, withinMs: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const status = await statusOf(url, signal);
    if (status === 200) return;
    if (status === 500) throw new Error(`answers 500 at ${url}`);
    if (Date.now() > deadline) {
      throw new Error(`was not ready within ${withinMs / 1000} s: ${status ?? 'no answer'} at ${url}`);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function statusOf(url: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const response = await fetch(url, { signal: inTime, redirect: 'manual', headers: { connection: 'close' } });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
