import { test } from 'tap';
import { seededRandom } from '../src/random.ts';

test('the same seed gives the same numbers, from 0 up to 1', async (t) => {
  const numbers = Array.from({ length: 10_000 }, seededRandom(7));
  t.same(Array.from({ length: 10_000 }, seededRandom(7)), numbers);
  t.ok(numbers.every((number) => number >= 0 && number < 1));
  t.ok(Math.abs(numbers.reduce((sum, number) => sum + number, 0) / 10_000 - 0.5) < 0.02);
});
