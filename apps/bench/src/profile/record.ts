import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';

/** As often as V8 takes samples without distorting what it samples. */
const SAMPLE_EVERY_US = 100;

/** Repeats a piece of work for so many ms under V8's CPU profiler. The result can be saved as a `.cpuprofile` and opened in Chrome. */
export async function recordProfile(work: () => unknown, forMs: number): Promise<Profiler.Profile> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
    await session.post('Profiler.start');
    const end = performance.now() + forMs;
    while (performance.now() < end) await work();
    return (await session.post('Profiler.stop')).profile;
  } finally {
    session.disconnect();
  }
}
