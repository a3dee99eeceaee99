import type { Profiler } from 'node:inspector';

/** What the time of a profile went to. */
export type Part = {
  readonly what: string;
  /** Of all samples, 0 to 1. */
  readonly share: number;
  /** The functions that make it up, those with the most time first. */
  readonly functions: readonly string[];
};

/** The part that no call of an application has: fresh strings, the loop. */
export const BENCHMARK = 'the benchmark';

/** What a function is there for, by its name and the file that it is in. The first that matches has its time. */
const PURPOSES: readonly (readonly [what: string, is: RegExp])[] = [
  ['SHA-256: OpenSSL, with the call into C++', /^oneShotDigest /],
  ['SHA-256: `node:crypto` before that call', / node:internal\/crypto\//],
  ['making the key', /\/google-bearer\/dist\/token\//],
  ['finding the facts by their key: lru-cache', /\/google-bearer\/dist\/memory\/|\/lru-cache\//],
  ['checking revocations', /\/google-bearer\/dist\/revocations\//],
  ['judging audience, expiry and scopes', /\/google-bearer\/dist\/judging\/|\/google-clock\.js$/],
  ['`verify` and `peek` themselves', /\/google-bearer\/dist\/verifier\.js$/],
  ['the clock', /^now /],
  ['collecting garbage', /^\(garbage collector\) /],
  ["V8's own: promises, builtins", /^\(program\) /],
  // Nothing else of what is profiled makes strings out of bytes.
  [BENCHMARK, /\/bench\/dist\/|^(toString|latin1Slice) /],
];

/**
 * Sums the samples of CPU profiles by what the function on top was there for. A function that serves no known purpose is a
 * part by itself, so that the shares always add up to one.
 *
 * @returns the parts, the largest first
 */
export function partsOf(profiles: readonly Profiler.Profile[]): Part[] {
  const parts = new Map<string, { hits: number; readonly functions: Map<string, number> }>();
  let all = 0;
  for (const { callFrame, hitCount = 0 } of profiles.flatMap(({ nodes }) => nodes)) {
    if (hitCount === 0) continue;
    const name = callFrame.functionName || '(anonymous)';
    const what = PURPOSES.find(([, is]) => is.test(`${name} ${callFrame.url}`))?.[0] ?? `\`${name}\``;
    const part = parts.get(what) ?? { hits: 0, functions: new Map() };
    parts.set(what, part);
    part.hits += hitCount;
    part.functions.set(name, (part.functions.get(name) ?? 0) + hitCount);
    all += hitCount;
  }
  return [...parts]
    .sort(([, a], [, b]) => b.hits - a.hits)
    .map(([what, { hits, functions }]) => ({ what, share: hits / all, functions: largestFirst(functions) }));
}

function largestFirst(hits: ReadonlyMap<string, number>): string[] {
  return [...hits].sort(([, a], [, b]) => b - a).map(([name]) => name);
}
