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
