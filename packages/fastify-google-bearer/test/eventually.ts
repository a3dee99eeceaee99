import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again, for 20 s, until the answer is yes. */
export async function eventually(what: string, look: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await look()); await sleep(10)) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
  }
}
