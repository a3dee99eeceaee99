import { floor, peek, verify } from '../calls.ts';
import { FEW, type Filled, subjectEntry, tokenEntry, withRevocations, withTokens } from '../filled.ts';
import { type Contestant, inRounds } from '../rounds.ts';
import { medianNs, ratio } from '../statistics.ts';
import type { Figure, Size, Suite } from '../suite.ts';

const sizes: Readonly<Record<Size, Sizes>> = {
  full: { many: 100_000, most: 1_000_000, between: [1_000, 10_000], rounds: 100, warmUp: 20 },
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
export type CrowdPoint = { readonly count: number; readonly peek: number; readonly verify: number };

/** What the suite finds out. */
export type CrowdDetails = {
  /** By tokens in memory, all in use. */
  readonly tokens: readonly CrowdPoint[];
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
    const [busiest] = await fill('tokens, and as many users', [most], (count) =>
      withRevocations(count, subjectEntry, ofMost),
    );

    say(`${rounds} rounds`);
    const times = await inRounds(
      {
        ...calls('few', few),
        ...Object.assign({}, ...known.map((filled) => calls(`${filled.count} tokens`, filled))),
        ...Object.assign({}, ...revoked.map((filled) => calls(`${filled.count} revoked`, filled))),
        ...Object.assign({}, ...signedOut.map((filled) => calls(`${filled.count} signed out`, filled))),
        ...(busiest && calls('most of both', busiest)),
        'floor, many': floor(ofMany, CALLS),
        'floor, most': floor(ofMost, CALLS),
      },
      { rounds, warmUp },
    );
    const against = (one: string, other: string): Figure => ratio(times[one] ?? [], times[other] ?? []);
    const points = (all: readonly Filled[], what: string): CrowdPoint[] =>
      all.map(({ count }) => ({
        count,
        peek: against(`peek, ${count} ${what}`, 'peek, few').value,
        verify: against(`verify, ${count} ${what}`, 'verify, few').value,
      }));
    const itself: CrowdPoint = { count: FEW, peek: 1, verify: 1 };
    const details: CrowdDetails = {
      tokens: [...points(known, 'tokens'), itself].sort((a, b) => a.count - b.count),
      tokenRevocations: points(revoked, 'revoked'),
      subjectRevocations: points(signedOut, 'signed out'),
      ns: medianNs(times),
    };
    return {
      figures: {
        'peek/floor, 100 000': against(`peek, ${many} tokens`, 'floor, many'),
        'verify/floor, 100 000': against(`verify, ${many} tokens`, 'floor, many'),
        'peek/floor, 1 000 000': against(`peek, ${most} tokens`, 'floor, most'),
        'verify/floor, 1 000 000': against(`verify, ${most} tokens`, 'floor, most'),
        'peek/none signed out': against(`peek, ${most} signed out`, 'peek, few'),
        'verify/none signed out': against(`verify, ${most} signed out`, 'verify, few'),
        'peek/none signed out, 1 000 000': against('peek, most of both', `peek, ${most} tokens`),
        'verify/none signed out, 1 000 000': against('verify, most of both', `verify, ${most} tokens`),
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

function calls(name: string, { verifier, tokens }: Filled): Record<string, Contestant> {
  return {
    [`peek, ${name}`]: peek(verifier, tokens, CALLS),
    [`verify, ${name}`]: verify(verifier, tokens, CALLS),
  };
}
