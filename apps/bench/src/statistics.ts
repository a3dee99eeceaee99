import type { Figure } from './suite.ts';

/** The value below which this share of the values lie, between two of them where need be. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new RangeError('there are no values');
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * How much of one there is for one of the other. Both were measured in the same rounds: each pair is divided by itself, so
 * that a machine that slows down for a while slows both, and the median of the pairs is the figure.
 */
export function ratio(ofThis: readonly number[], toThat: readonly number[]): Figure {
  if (ofThis.length !== toThat.length) throw new RangeError('the rounds do not pair');
  const pairs = ofThis.map((value, round) => value / (toThat[round] ?? Number.NaN));
  return { value: median(pairs), middle: [quantile(pairs, 0.25), quantile(pairs, 0.75)] };
}
