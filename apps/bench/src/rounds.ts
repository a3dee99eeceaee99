import { setImmediate as breathe } from 'node:timers/promises';
import type { HeaderTokens } from './tokens.ts';

/** What is timed: a piece of work. */
export interface Contestant {
  /** Makes what the work is done on; not timed. */
  readonly prepare: () => void;
  readonly work: () => unknown;
  /** How many operations one piece of work is. */
  readonly operations: number;
}

/** Work on tokens that nobody has seen as strings before, drawn from all for each round. */
export function onFreshTokens(
  tokens: HeaderTokens,
  operations: number,
  work: (fresh: readonly string[]) => unknown,
): Contestant {
  let fresh: readonly string[] = [];
  return {
    prepare() {
      fresh = tokens.draw(operations);
    },
    work: () => work(fresh),
    operations,
  };
}

/**
 * Times contestants in turn, round after round, so that whatever the machine does besides, it does to all of them. The
 * order is turned by one each round.
 *
 * @param warmUp how many first rounds are not counted: V8 compiles what is hot
 * @returns for each, by its name, the ns that an operation took in each round
 */
export async function inRounds(
  contestants: Readonly<Record<string, Contestant>>,
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<Record<string, number[]>> {
  const entries = Object.entries(contestants);
  const times: Record<string, number[]> = {};
  for (let round = 0; round < warmUp + rounds; round++) {
    const first = round % entries.length;
    for (const [name, contestant] of [...entries.slice(first), ...entries.slice(0, first)]) {
      const took = await time(contestant);
      times[name] ??= [];
      if (round >= warmUp) times[name].push(took);
    }
  }
  return times;
}

async function time({ prepare, work, operations }: Contestant): Promise<number> {
  prepare();
  // What preparing left behind is cleared away now, not while the clock runs.
  globalThis.gc?.({ type: 'minor', execution: 'sync' });
  await breathe();
  const began = process.hrtime.bigint();
  const done = work();
  if (done instanceof Promise) await done;
  return Number(process.hrtime.bigint() - began) / operations;
}
