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

test('a portion lasts two ms and takes all that can be done in them', async (t) => {
  let now = 0;
  t.intercept(performance, 'now', { value: () => now });
  const portions = new Portions();
  let steps = 0;
  function* work(stepMs: number): Generator<void, void> {
    for (let step = 0; step < 10; step++) {
      now += stepMs;
      steps++;
      yield;
    }
  }
  portions.add(work(0));
  await Promise.resolve();
  t.equal(steps, 10, 'steps that take no time are done at once');
  await portions.idle();
  portions.add(work(1));
  await Promise.resolve();
  const seen = [steps];
  for (let turns = 0; steps < 20 && turns < 100; turns++) {
    await turn();
    seen.push(steps);
  }
  t.strictSame(seen, [12, 14, 16, 18, 20], 'two before the first turn, and two in each');
});

test('who waits for nothing to be left waits until all is done', async (t) => {
  const portions = new Portions();
  await portions.idle();
  let steps = 0;
  function* work(): Generator<void, void> {
    for (; steps < 20; steps++) {
      // Longer than a portion.
      for (const end = performance.now() + 3; performance.now() < end; );
      yield;
    }
  }
  portions.add(work());
  await portions.idle();
  t.equal(steps, 20);
  await portions.idle();
});
