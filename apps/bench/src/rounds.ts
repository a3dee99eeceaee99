import { setImmediate as breathe } from 'node:timers/promises';
import { shuffle } from 'simple-statistics';
import { seededRandom } from './random.ts';
import type { HeaderTokens } from './tokens.ts';

/** What is timed: pieces of work. */
export interface Contestant {
  /** Makes what a piece of work is done on, which is not timed, and returns the work, which is done once. */
  prepare(): () => unknown;
  /** How many operations one piece of work is. */
  readonly operations: number;
}

/** Work on tokens that nobody has seen as strings before, drawn from all for each piece. */
export function onFreshTokens(
  tokens: HeaderTokens,
  operations: number,
  work: (fresh: readonly string[]) => unknown,
): Contestant {
  return {
    prepare() {
      const fresh = tokens.draw(operations);
      return () => work(fresh);
    },
    operations,
  };
}

/**
 * Times contestants in turn, round after round, so that whatever the machine does besides, it does to all of them. Each
 * round has an order of its own, the same ones in each run: nobody always comes behind one who leaves the processor's
 * caches full of something else.
 *
 * @param warmUp how many first rounds are not counted: V8 compiles what is hot
 * @returns for each, by its name, the ns that an operation took in each round
 */
export async function inRounds(
  contestants: Readonly<Record<string, Contestant>>,
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<Record<string, number[]>> {
  const entries = Object.entries(contestants);
  const random = seededRandom(1);
  const times: Record<string, number[]> = Object.fromEntries(entries.map(([name]) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [name, contestant] of shuffle(entries, random)) {
      const took = await time(contestant);
      if (round >= warmUp) times[name]?.push(took);
    }
  }
  return times;
}

async function time(contestant: Contestant): Promise<number> {
  const rehearse = contestant.prepare();
  const work = contestant.prepare();
  // What preparing left behind is cleared away now, not while the clock runs.
  globalThis.gc?.({ type: 'minor', execution: 'sync' });
  await breathe();
  // Not timed: then the caches are as this contestant leaves them, and not as the one before did.
  await rehearse();
  const began = process.hrtime.bigint();
  const done = work();
  if (done instanceof Promise) await done;
  return Number(process.hrtime.bigint() - began) / contestant.operations;
}
