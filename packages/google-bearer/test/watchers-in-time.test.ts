import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Test, test } from 'tap';
import { RetryLaterError, TokenRefusedError } from '../src/index.ts';
import { readFacts } from '../src/lookup/tokeninfo/response.ts';
import { KnownToken } from '../src/memory/known-token.ts';
import { Watchers } from '../src/revocations/watching/watchers.ts';
import { user } from './fixtures/tokeninfo-bodies.ts';

const HOUR_MS = 3_600_000;

/** Watchers at the time 0, which passes by `pass` alone. What happened is told by the time at which it did. */
function setUp(t: Test) {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 0 });
  t.teardown(() => mock.timers.reset());
  t.intercept(performance, 'now', { value: () => Date.now() });
  const facts = readFacts(user());
  if (facts === undefined) throw new Error('no facts');
  const looks: number[] = [];
  const told: string[] = [];
  let asked = 0;
  let freshUntil = Number.POSITIVE_INFINITY;
  const watchers = new Watchers({
    refusalOf: ({ expiresAt }) => {
      asked++;
      return expiresAt <= Date.now() ? new TokenRefusedError('ERR_TOKEN_EXPIRED') : undefined;
    },
    refusalOfSubject: () => undefined,
    staleness: () => {
      looks.push(Date.now());
      return freshUntil < Date.now() ? new RetryLaterError('ERR_REVOCATIONS_STALE') : undefined;
    },
    freshForMs: () => freshUntil - Date.now(),
    timeForExpiry: () => Date.now(),
  });
  return {
    watchers,
    looks,
    told,
    asked: () => asked,
    confirm: (forMs: number) => {
      freshUntil = Date.now() + forMs;
    },
    watch: (endsAt: number) => {
      const known = new KnownToken({ ...facts, expiresAt: endsAt }, { key: `${endsAt}`, asker: t, statedAt: 0 });
      return watchers.add(known, ({ code }) => told.push(`${endsAt} at ${Date.now()}: ${code}`));
    },
    pass: async (ms: number) => {
      for (const end = Date.now() + ms; Date.now() < end; ) {
        mock.timers.tick(1);
        await Promise.resolve();
      }
      await turn();
    },
  };
}

test('while nothing is about to end, all is looked at once a second', async (t) => {
  const { watch, looks, pass } = setUp(t);
  watch(HOUR_MS);
  await pass(3_500);
  t.strictSame(looks, [1000, 2000, 3000]);
});

test('tokens end to the ms, in whichever order their watchers came, and nobody else is asked about', async (t) => {
  const { watch, looks, told, asked, pass } = setUp(t);
  watch(HOUR_MS);
  for (const end of [900, 700, 800, 1900, 1700]) watch(end);
  t.equal(asked(), 6, 'each when it came');
  await pass(2000);
  t.strictSame(
    told,
    [700, 800, 900, 1700, 1900].map((end) => `${end} at ${end}: ERR_TOKEN_EXPIRED`),
  );
  t.strictSame(looks, [700, 800, 900, 1700, 1900], 'and nobody looks more often than that');
  t.equal(asked(), 11);
});

test('newcomers do not put off the next look', async (t) => {
  const { watch, looks, pass } = setUp(t);
  for (let count = 0; count < 30; count++) {
    watch(HOUR_MS);
    await pass(100);
  }
  t.strictSame(looks, [1000, 2000, 3000]);
});

test('while nobody watches, nobody looks, and who comes later is told in time', async (t) => {
  const { watch, looks, told, pass } = setUp(t);
  watch(HOUR_MS)();
  await pass(5_000);
  t.strictSame(looks, []);
  watch(5_300);
  await pass(1_000);
  t.strictSame(told, ['5300 at 5300: ERR_TOKEN_EXPIRED']);
  await pass(5_000);
  t.strictSame(looks, [5_300]);
});

test('a view that goes stale ends all in the first ms in which it is, and is looked at once a second then', async (t) => {
  const { watch, watchers, looks, told, confirm, pass } = setUp(t);
  confirm(400);
  watch(HOUR_MS);
  await pass(400);
  t.strictSame(told, []);
  await pass(1);
  t.strictSame(told, [`${HOUR_MS} at 401: ERR_REVOCATIONS_STALE`]);
  t.equal(watchers.size, 0);
  watch(2 * HOUR_MS);
  await pass(2_500);
  t.strictSame(told.slice(1), [`${2 * HOUR_MS} at 1401: ERR_REVOCATIONS_STALE`]);
  t.strictSame(looks, [401, 1401]);
});

test('who is closed looks once more, and then no more', async (t) => {
  const { watch, watchers, looks, pass } = setUp(t);
  await watchers.close();
  await pass(3_000);
  watch(HOUR_MS);
  await watchers.close();
  t.strictSame(looks, [0, 3_000]);
});
