import { mock } from 'node:test';
import { test } from 'tap';
import { Breaker } from '../src/lookup/breaker.ts';

/** One that is open, and on whose trial it is now. */
function onTrial() {
  const breaker = new Breaker(2, 0);
  for (const who of ['a', 'b']) breaker.enter()?.end('failing', who);
  const trial = breaker.enter();
  if (trial === undefined) throw new Error('no trial');
  return { breaker, trial };
}

test('it opens when so many have failed since the last success', (t) => {
  const breaker = new Breaker(2, 60_000);
  for (const [verdict, who] of [
    ['failing', 'a'],
    ['failing', 'a'],
    ['unknown', 'b'],
    ['well', 'c'],
    ['failing', 'b'],
  ] as const)
    breaker.enter()?.end(verdict, who);
  t.equal(breaker.state, 'closed');
  breaker.enter()?.end('failing', 'a');
  t.equal(breaker.state, 'open');
  t.equal(breaker.enter(), undefined);
  t.ok(breaker.openForMs > 0);
  t.end();
});

test('one on trial tells, and nobody else is let in meanwhile', (t) => {
  for (const [verdict, state] of [
    ['well', 'closed'],
    ['failing', 'open'],
    ['unknown', 'open'],
  ] as const) {
    const { breaker, trial } = onTrial();
    t.equal(breaker.state, 'half-open');
    t.equal(breaker.enter(), undefined);
    trial.end(verdict, 'c');
    t.equal(breaker.state, state, verdict);
    t.equal(breaker.trial, undefined);
    t.ok(breaker.enter(), 'the next one is let in');
  }
  t.end();
});

test('who was let in while it was closed says nothing once it is open', (t) => {
  const breaker = new Breaker(1, 60_000);
  const early = breaker.enter();
  breaker.enter()?.end('failing', 'a');
  early?.end('well', 'b');
  t.equal(breaker.state, 'open');
  t.end();
});

test('a clock that is set back does not keep it open', (t) => {
  mock.timers.enable({ apis: ['Date'], now: Date.now() });
  t.teardown(() => mock.timers.reset());
  const { breaker, trial } = onTrial();
  mock.timers.setTime(Date.now() - 3_600_000);
  trial.end('failing', 'c');
  t.ok(breaker.enter());
  t.end();
});

test('what began before a trial went well says nothing after it', (t) => {
  const breaker = new Breaker(2, 0);
  const early = Array.from({ length: 10 }, () => breaker.enter());
  for (const [index, leave] of early.slice(0, 2).entries()) leave?.end('failing', `early ${index}`);
  breaker.enter()?.end('well', 'trial');
  for (const [index, leave] of early.slice(2).entries()) leave?.end('failing', `late ${index}`);
  t.equal(breaker.state, 'closed');
  t.end();
});
