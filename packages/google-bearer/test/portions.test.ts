import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'tap';
import { Portions } from '../src/revocations/watching/portions.ts';

test('a portion ends after its time, and a short job does not wait for a long one', async (t) => {
  const portions = new Portions();
  let most = 0;
  let inThisTurn = 0;
  let steps = 0;
  function* work(count: number, onStep: () => void): Generator<void, void> {
    for (let step = 0; step < count; step++) {
      // A ms each at least, so that two are done in a portion at most, and one more.
      for (const end = performance.now() + 1; performance.now() < end; );
      onStep();
      yield;
    }
  }
  portions.add(
    work(100, () => {
      steps++;
      most = Math.max(most, ++inThisTurn);
    }),
  );
  t.equal(steps, 0, 'not at once');
  await Promise.resolve();
  t.ok(steps > 0, 'but before anything else');
  inThisTurn = 0;
  let short = 0;
  portions.add(
    work(1, () => {
      short = steps;
    }),
  );
  for (let turns = 0; steps < 100 && turns < 1000; turns++, inThisTurn = 0) await turn();
  t.equal(steps, 100);
  t.ok(most <= 3, `${most}`);
  t.ok(short > 0 && short < 30, `the short one came after ${short} steps of the long one`);
  await portions.idle();
  await portions.idle();
});
