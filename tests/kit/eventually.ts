import { setTimeout as sleep } from 'node:timers/promises';

/** Only what never happens is a failure; a busy machine may take its time. */
const WITHIN_MS = 60_000;
const POLL_MS = 20;

/**
 * Asks again and again, for a minute. Resolves to the first answer that is neither false nor undefined.
 *
 * @throws {Error} that names what was waited for
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | false | undefined> | T | false | undefined,
): Promise<T> {
  for (const deadline = Date.now() + WITHIN_MS; ; await sleep(POLL_MS)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
  }
}

/** What a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
