/** Draws numbers from 0 up to 1, the same ones for the same seed: Tommy Ettinger's mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Draws whole numbers from 0 up to `count`, where number k comes 1 / (k + 1)^exponent as often as number 0: a Zipf distribution.
 *
 * @param random draws from 0 up to 1
 */
export function zipf(count: number, exponent: number, random: () => number): () => number {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    sum += (k + 1) ** -exponent;
    upTo[k] = sum;
  }
  return () => {
    const drawn = random() * sum;
    let first = 0;
    let last = count - 1;
    while (first < last) {
      const middle = (first + last) >>> 1;
      if ((upTo[middle] ?? sum) > drawn) last = middle;
      else first = middle + 1;
    }
    return first;
  };
}
