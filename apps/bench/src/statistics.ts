import { median, quantile } from 'simple-statistics';
import type { Figure } from './suite.ts';

/**
 * How much of one there is for one of the other. Both were measured in the same rounds: each pair is divided by itself, so
 * that a machine that slows down for a while slows both, and the median of the pairs is the figure.
 */
export function ratio(ofThis: readonly number[], toThat: readonly number[]): Figure {
  if (ofThis.length !== toThat.length) throw new RangeError('the rounds do not pair');
  if (ofThis.length === 0) throw new RangeError('there are no rounds');
  const pairs = ofThis.map((value, round) => value / (toThat[round] ?? Number.NaN));
  return { value: median(pairs), middle: [quantile(pairs, 0.25), quantile(pairs, 0.75)] };
}

/** What an operation took each contestant, in whole ns. */
export function medianNs(times: Readonly<Record<string, readonly number[]>>): Record<string, number> {
  return Object.fromEntries(Object.entries(times).map(([name, took]) => [name, Math.round(median(took))]));
}
