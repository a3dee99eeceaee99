import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';

/** As often as V8 takes samples without distorting what it samples. */
const SAMPLE_EVERY_US = 100;

/** What a piece of work did while it was profiled. */
export interface Recording {
  /** Can be saved as a `.cpuprofile` and opened in Chrome. */
  readonly profile: Profiler.Profile;
  /** What it took once. */
  readonly ms: number;
}

/** Repeats a piece of work for so many ms under V8's CPU profiler. */
export async function record(work: () => unknown, forMs: number): Promise<Recording> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
    await session.post('Profiler.start');
    const began = performance.now();
    let now = began;
    let times = 0;
    for (; now < began + forMs; now = performance.now()) {
      await work();
      times++;
    }
    const { profile } = await session.post('Profiler.stop');
    return { profile, ms: (now - began) / times };
  } finally {
    session.disconnect();
  }
}
