import type { TokenVerifier } from 'google-bearer';
import { peek, verify } from '../calls.ts';
import { type Contestant, inRounds } from '../rounds.ts';
import { median, ratio } from '../statistics.ts';
import type { HeaderTokens } from '../tokens.ts';

/** Calls that are timed together. */
const CALLS = 5_000;

/** A verifier that has so many of something, and the tokens that it knows. */
export interface Filled {
  readonly count: number;
  readonly verifier: TokenVerifier;
  readonly tokens: HeaderTokens;
}

/** What a call took. */
export type Cost = {
  readonly ns: number;
  /** Divided by what it took the reference; the median of the rounds, and where the middle half of them lay. */
  readonly relative: number;
  readonly middle: readonly [number, number];
};

/** What calls took where there were so many of something. */
export type CostPoint = { readonly count: number; readonly peek: Cost; readonly verify: Cost };

/**
 * Times `peek` and `verify` of tokens drawn at random from all that each verifier knows.
 *
 * @param reference what the others are compared with, in the same rounds
 * @returns a point for each, that of the reference included, by their counts
 */
export async function costs(reference: Filled, others: readonly Filled[], rounds: number): Promise<CostPoint[]> {
  const filled = [reference, ...others].sort((a, b) => a.count - b.count);
  const times = await inRounds(Object.fromEntries(filled.flatMap(contestants)), {
    rounds,
    warmUp: Math.ceil(rounds / 2),
  });
  const cost = (call: string, count: number): Cost => {
    const took = times[`${call} ${count}`] ?? [];
    const { value, middle = [value, value] } = ratio(took, times[`${call} ${reference.count}`] ?? []);
    return { ns: median(took), relative: value, middle };
  };
  return filled.map(({ count }) => ({ count, peek: cost('peek', count), verify: cost('verify', count) }));
}

function contestants({ count, verifier, tokens }: Filled): [string, Contestant][] {
  return [
    [`peek ${count}`, peek(verifier, tokens, CALLS)],
    [`verify ${count}`, verify(verifier, tokens, CALLS)],
  ];
}
