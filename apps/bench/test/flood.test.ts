import { test } from 'tap';
import type { Case, Times } from '../src/flood/case.ts';
import { floodFigures } from '../src/flood/figures.ts';
import { besidesGood } from '../src/flood/redis-size.ts';

const times = (...p99Ms: readonly number[]): Times => ({ p50Ms: p99Ms.map(() => 1), p99Ms });

const measured: Case = {
  name: 'without Redis',
  times: {
    // The machine is busy in the second round: the control shows it.
    known: { quiet: times(2, 2, 4), flood: times(4, 40, 8) },
    new: { quiet: times(20, 20, 20), flood: times(60, 600, 60) },
    public: { quiet: times(1, 1, 2), flood: times(2, 20, 4) },
  },
  goodRefused: 0,
  floods: [],
  lookups: 60,
  bytes: { before: 1_000, after: 1_010 },
};

const withRedis: Case = {
  ...measured,
  name: 'with Redis',
  times: { ...measured.times, known: { quiet: times(2, 2, 4), flood: times(8, 80, 16) } },
  goodRefused: 3,
  redis: { before: { keys: 1, bytes: 88 }, after: { keys: 2, bytes: 180 } },
};

test('what a token suffers in a flood is divided by what the control suffers in the same round', (t) => {
  const figures = floodFigures([measured]);
  t.same(figures['flood/known p99'], { value: 1, middle: [1, 1] });
  t.same(figures['flood/new p99']?.value, 1.5);
  t.same(figures['flood/known p99, quiet']?.value, 2);
  t.same(figures['flood/public p99, quiet']?.value, 2);
  t.same(figures['flood/memory'], { value: 1.01 });
  t.notOk('flood/redis keys' in figures);
  t.end();
});

test('a goal of the flood is about the worst of all cases', (t) => {
  const figures = floodFigures([measured, withRedis]);
  t.equal(figures['flood/known p99']?.value, 2);
  t.same(figures['flood/refused'], { value: 3 });
  t.same(figures['flood/redis keys'], { value: 1 });
  t.same(figures['flood/redis bytes'], { value: 92 });
  t.same(floodFigures([withRedis, measured]), figures);
  t.end();
});

test('answers about good tokens are no part of what a flood leaves in Redis', (t) => {
  const others = { keys: 2, bytes: 200 };
  t.same(besidesGood({ tokens: { keys: 10, bytes: 5_000 }, others, good: 10 }), others);
  t.same(besidesGood({ tokens: { keys: 10, bytes: 5_000 }, others, good: 7 }), { keys: 5, bytes: 1_700 });
  t.same(besidesGood({ tokens: { keys: 0, bytes: 0 }, others, good: 0 }), others);
  t.end();
});
