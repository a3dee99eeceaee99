import { test } from 'tap';
import { ratio } from '../src/statistics.ts';

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
