import { test } from 'tap';
import { seededRandom, shuffled } from '../src/random.ts';

test('the same seed gives the same numbers, from 0 up to 1', async (t) => {
  const numbers = Array.from({ length: 10_000 }, seededRandom(7));
  t.same(Array.from({ length: 10_000 }, seededRandom(7)), numbers);
  t.ok(numbers.every((number) => number >= 0 && number < 1));
  t.ok(Math.abs(numbers.reduce((sum, number) => sum + number, 0) / 10_000 - 0.5) < 0.02);
});

test('each order comes as often as any other, and the same ones for the same seed', async (t) => {
  const items = ['a', 'b', 'c'];
  const orders = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 6_000 }, () => shuffled(items, random).join(''));
  };
  const found = orders(1);
  t.same(orders(1), found);
  t.same(items, ['a', 'b', 'c']);
  for (const order of ['abc', 'acb', 'bac', 'bca', 'cab', 'cba']) {
    const times = found.filter((other) => other === order).length;
    t.ok(Math.abs(times / 1_000 - 1) < 0.1, `${order} came ${times} times`);
  }
});
