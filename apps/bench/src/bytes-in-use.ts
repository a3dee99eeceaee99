import { setImmediate as breathe } from 'node:timers/promises';

/** What the process holds once all garbage is gone: on V8's heap, and in buffers outside of it. Needs `--expose-gc`. */
export async function bytesInUse(): Promise<number> {
  globalThis.gc?.({ type: 'major', execution: 'sync' });
  // Buffers that were found to be garbage are freed by the next round.
  await breathe();
  globalThis.gc?.({ type: 'major', execution: 'sync' });
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
