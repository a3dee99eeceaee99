import fc from 'fast-check';
import { test } from 'tap';
import { LONGEST_DELAY_MS, refetchDelayMs } from '../src/react/session/refetch-delay.ts';

const now = 1_800_000_000_000;
const DAY_MS = 86_400_000;

const cases = [
  { what: 'waits until the token is due', refreshAt: now + 3_000_000, attempts: 0, delay: 3_000_000 },
  { what: 'asks at once when it is due', refreshAt: now - 1, attempts: 0, delay: 0 },
  { what: 'waits a second when no new one came', refreshAt: now - 1, attempts: 1, delay: 1_000 },
  { what: 'then longer', refreshAt: now - 1, attempts: 4, delay: 8_000 },
  { what: 'but not for ever', refreshAt: now - 1, attempts: 1_000, delay: 300_000 },
  {
    what: 'asks earlier when the author wants',
    refreshAt: now + 3_000_000,
    attempts: 0,
    interval: 60_000,
    delay: 60_000,
  },
  { what: '25 days do not turn into none', refreshAt: now + 25 * DAY_MS, attempts: 0, delay: LONGEST_DELAY_MS },
  {
    what: 'nor does an interval of 30 days',
    refreshAt: now + 40 * DAY_MS,
    attempts: 0,
    interval: 30 * DAY_MS,
    delay: LONGEST_DELAY_MS,
  },
];
for (const { what, refreshAt, attempts, interval = LONGEST_DELAY_MS, delay } of cases) {
  test(what, (t) => {
    t.equal(refetchDelayMs({ now, refreshAt, attempts, refetchIntervalMs: interval }), delay);
    t.end();
  });
}

test('is always a delay that a timer can hold', (t) => {
  const anyTime = fc.double({ min: 0, max: 1e15, noNaN: true });
  fc.assert(
    fc.property(
      anyTime,
      anyTime,
      fc.nat(),
      fc.double({ min: 1, max: 1e15, noNaN: true }),
      (now, refreshAt, attempts, refetchIntervalMs) => {
        const delay = refetchDelayMs({ now, refreshAt, attempts, refetchIntervalMs });
        t.ok(delay >= 0 && delay <= 2_147_483_647);
      },
    ),
  );
  t.end();
});
