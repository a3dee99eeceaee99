import { floor, peek, verify } from '../calls.ts';
import { FEW, type Filled, subjectEntry, tokenEntry, withRevocations, withTokens } from '../filled.ts';
import { type Contestant, inRounds } from '../rounds.ts';
import { medianNs, ratio } from '../statistics.ts';
import type { Figure, Size, Suite } from '../suite.ts';

const sizes: Readonly<Record<Size, Sizes>> = {
  full: { many: 100_000, most: 1_000_000, between: [1_000, 10_000], rounds: 70, warmUp: 15 },
  quick: { many: 6_000, most: 10_000, between: [1_000], rounds: 3, warmUp: 1 },
};

interface Sizes {
  /** What the goals are about. */
  readonly many: number;
  readonly most: number;
  /** More points for the plot. */
  readonly between: readonly number[];
  readonly rounds: number;
  readonly warmUp: number;
}

/** Calls that are timed together, each with a token drawn at random from all that are known. */
const CALLS = 5_000;

/** What a call cost where there were so many of something, divided by what it cost with 5 000 tokens and no revocation. */
export type CrowdPoint = { readonly count: number; readonly peek: number };

/** What the suite finds out. */
export type CrowdDetails = {
  /** By tokens in memory, all in use. */
  readonly tokens: readonly (CrowdPoint & { readonly verify: number })[];
  /** By revocations of single tokens in force, with 5 000 tokens in memory. */
  readonly tokenRevocations: readonly CrowdPoint[];
  /** The same by users who were signed out everywhere. */
  readonly subjectRevocations: readonly CrowdPoint[];
  readonly ns: { readonly [contestant: string]: number };
};

export const suite: Suite = {
  title: 'A cached token among many tokens, revoked tokens, and users who were signed out',
  async run(size, say) {
    const { many, most, between, rounds, warmUp } = sizes[size];
    const fill = async (what: string, counts: readonly number[], make: (count: number) => Promise<Filled>) => {
      // Into the gaps that earlier verifiers leave, those to come would be scattered, and be slower for it.
      globalThis.gc?.();
      const all: Filled[] = [];
      for (const count of counts) {
        say(`${what}: ${count}`);
        all.push(await make(count));
      }
      return all;
    };
    const few = await withTokens(FEW);
    const counts = [...between, many, most];
    const known = await fill('tokens', counts, withTokens);
    const revoked = await fill('revoked tokens', counts, (count) => withRevocations(count, tokenEntry, few.tokens));
    const signedOut = await fill('users', counts, (count) => withRevocations(count, subjectEntry, few.tokens));
    const ofMany = tokensOf(known, many);
    const ofMost = tokensOf(known, most);
    say(`tokens, and as many users: ${most}`);
    const busiest = await withRevocations(most, subjectEntry, ofMost);

    say(`${rounds} rounds`);
    const times = await inRounds(
      {
        ...calls([few, ...known], 'tokens'),
        ...peeks(revoked, 'revoked'),
        ...peeks(signedOut, 'signed out'),
        ...calls(signedOut.slice(-1), 'signed out'),
        ...calls([busiest], 'of both'),
        'floor, many': floor(ofMany, CALLS),
        'floor, most': floor(ofMost, CALLS),
      },
      { rounds, warmUp },
    );
    const against = (one: string, other: string): Figure => ratio(times[one] ?? [], times[other] ?? []);
    const toFew = (call: 'peek' | 'verify', count: number, what: string): Figure =>
      against(`${call}, ${count} ${what}`, `${call}, ${FEW} tokens`);
    const points = (what: string): CrowdPoint[] =>
      counts.map((count) => ({ count, peek: toFew('peek', count, what).value }));
    const details: CrowdDetails = {
      tokens: [FEW, ...counts]
        .sort((a, b) => a - b)
        .map((count) => ({
          count,
          peek: toFew('peek', count, 'tokens').value,
          verify: toFew('verify', count, 'tokens').value,
        })),
      tokenRevocations: points('revoked'),
      subjectRevocations: points('signed out'),
      ns: medianNs(times),
    };
    return {
      figures: {
        'peek/floor, 100 000': against(`peek, ${many} tokens`, 'floor, many'),
        'verify/floor, 100 000': against(`verify, ${many} tokens`, 'floor, many'),
        'peek/floor, 1 000 000': against(`peek, ${most} tokens`, 'floor, most'),
        'verify/floor, 1 000 000': against(`verify, ${most} tokens`, 'floor, most'),
        'peek/none signed out': toFew('peek', most, 'signed out'),
        'verify/none signed out': toFew('verify', most, 'signed out'),
        'peek/none signed out, 1 000 000': against(`peek, ${most} of both`, `peek, ${most} tokens`),
        'verify/none signed out, 1 000 000': against(`verify, ${most} of both`, `verify, ${most} tokens`),
      },
      details,
    };
  },
};

function tokensOf(all: readonly Filled[], count: number): Filled['tokens'] {
  const found = all.find((filled) => filled.count === count);
  if (found === undefined) throw new Error(`no verifier knows ${count} tokens`);
  return found.tokens;
}

function peeks(all: readonly Filled[], what: string): Record<string, Contestant> {
  return Object.fromEntries(
    all.map(({ count, verifier, tokens }) => [`peek, ${count} ${what}`, peek(verifier, tokens, CALLS)]),
  );
}

function calls(all: readonly Filled[], what: string): Record<string, Contestant> {
  const verifies = all.map(({ count, verifier, tokens }) => [
    `verify, ${count} ${what}`,
    verify(verifier, tokens, CALLS),
  ]);
  return { ...peeks(all, what), ...Object.fromEntries(verifies) };
}
