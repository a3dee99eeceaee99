import fc from 'fast-check';
import { test } from 'tap';
import { median, quantile, ratio } from '../src/statistics.ts';

test('a quantile lies between the values that it parts', (t) => {
  t.equal(median([3, 1, 2]), 2);
  t.equal(median([4, 1, 2, 3]), 2.5);
  t.equal(quantile([10, 20], 0), 10);
  t.equal(quantile([10, 20], 1), 20);
  t.throws(() => median([]), RangeError);
  const values = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
      const value = quantile(some, share);
      return value >= Math.min(...some) && value <= Math.max(...some);
    }),
  );
  t.end();
});

test('a ratio is that of rounds, so a machine that slows down changes nothing', (t) => {
  const slowDowns = [1, 1, 5, 1, 9];
  const { value, middle } = ratio(
    slowDowns.map((slow) => 300 * slow),
    slowDowns.map((slow) => 200 * slow),
  );
  t.equal(value, 1.5);
  t.same(middle, [1.5, 1.5]);
  t.throws(() => ratio([1, 2], [1]), RangeError);
  t.throws(() => ratio([], []), RangeError);
  t.end();
});
