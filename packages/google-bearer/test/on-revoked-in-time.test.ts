import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import { remoteLog } from './fixtures/remote-log.ts';
import { expiresInS, SUBJECT, user } from './fixtures/tokeninfo-bodies.ts';
import { answer } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';
import { EXPIRED, REVOKED, STALE, settled, twoUsers, watch } from './fixtures/watching.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test('in time', async (t) => {
  // Time stands still; sockets are real.
  t.beforeEach(() => mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.now() }));
  t.afterEach(() => mock.timers.reset());
  /** Lets time go by, and those be told who are to be. */
  const pass = async (ms: number): Promise<void> => {
    // Each timer that comes due may set the next one.
    for (const end = Date.now() + ms; Date.now() < end; ) mock.timers.tick(Math.min(500, end - Date.now()));
    await settled();
  };

  await t.test('the end of a token is told', async (t) => {
    const { verifier } = await setUp(t, {}, twoUsers);
    const told = await watch(verifier, 'one_900', 'two_901', 'three_10', 'four_900');
    await pass(8_000);
    t.strictSame(told.three_10, []);
    await pass(3_000);
    t.strictSame(told.three_10, EXPIRED);
    await pass(880_000);
    t.same(told, { three_10: EXPIRED, one_900: [], two_901: [], four_900: [] });
    await pass(20_000);
    for (const heard of Object.values(told)) t.strictSame(heard, EXPIRED);
    t.equal(verifier.stats().revocations.watchers, 0);
  });

  await t.test('a token that ends sooner than the others is told in time', async (t) => {
    const { verifier } = await setUp(t, {}, twoUsers);
    const principal = await verifier.verify('soon_900');
    await watch(verifier, 'late_3000');
    await pass(principal.expiresAt - 400 - Date.now());
    const told: string[] = [];
    verifier.onRevoked(principal, ({ code }) => told.push(code));
    await pass(399);
    t.strictSame(told, []);
    await pass(1);
    t.strictSame(told, ['ERR_TOKEN_EXPIRED'], 'at that very ms');
  });

  for (const days of [25, 60, 400]) {
    await t.test(`a token of ${days} days is told at its end, and not before`, async (t) => {
      const { verifier } = await setUp(t, {}, twoUsers);
      const token = `long_${days * 24 * 3600}`;
      const told = await watch(verifier, token);
      mock.timers.setTime(Date.now() + days * DAY_MS - HOUR_MS);
      await pass(2_000);
      t.strictSame(told[token], []);
      mock.timers.setTime(Date.now() + HOUR_MS);
      await pass(2_000);
      t.strictSame(told[token], EXPIRED, 'also when the clock of this machine has jumped');
    });
  }

  await t.test('tokens end when Google’s clock says so, as last seen', async (t) => {
    const { verifier, upstream } = await setUp(t, {}, twoUsers);
    const told = await watch(verifier, 'one_900');
    // Google tells that it is five minutes ahead.
    const exp = expiresInS(3600);
    upstream.handler = answer(200, user({ exp, expires_in: '3300' }));
    await verifier.verify('two');
    await pass(590_000);
    t.strictSame(told.one_900, []);
    await pass(15_000);
    t.strictSame(told.one_900, EXPIRED);
  });

  await t.test('a view that goes stale ends all, and no one who came later', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log, maxStalenessMs: 2000 }, twoUsers);
    follower().confirm(Date.now());
    const told = await watch(verifier, 'one', 'other');
    const principal = await verifier.verify('one');
    follower().confirm(Date.now());
    await pass(1_500);
    follower().confirm(Date.now());
    await pass(1_999);
    t.same(told, { one: [], other: [] }, 'confirmed in time');
    const lost = new Error('connection lost');
    follower().error(lost);
    let cause: unknown;
    verifier.onRevoked(principal, (error) => {
      cause = error.cause;
    });
    await pass(2);
    t.same(told, { one: STALE, other: STALE });
    t.equal(cause, lost);
    verifier.onRevoked(principal, ({ code }) => told.one?.push(code));
    await pass(1);
    t.strictSame(told.one?.[1], 'ERR_REVOCATIONS_STALE', 'nothing new is watched meanwhile');
    follower().confirm(Date.now());
    verifier.onRevoked(principal, ({ code }) => told.one?.push(code));
    await pass(1_500);
    t.equal(told.one?.length, 2);
    await pass(1_000);
    t.equal(told.one?.length, 3, 'stale again');
  });

  await t.test('onStale: accept goes on in a stale view', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log, onStale: 'accept' });
    follower().confirm(Date.now());
    const told = await watch(verifier, 'one');
    await pass(60_000);
    t.strictSame(told.one, []);
    follower().entry({ type: 'block', subject: SUBJECT });
    await settled();
    t.strictSame(told.one, REVOKED);
  });

  await t.test('a log in this process never goes stale', async (t) => {
    const { verifier } = await setUp(t);
    const told = await watch(verifier, 'one');
    await pass(60_000);
    t.strictSame(told.one, []);
  });
});

test('a clock that is set back ends all', async (t) => {
  const { log, follower } = remoteLog();
  const { verifier } = await setUp(t, { revocationLog: log, maxStalenessMs: 60_000 });
  follower().confirm(Date.now());
  const told = await watch(verifier, 'one');
  mock.timers.enable({ apis: ['Date'], now: Date.now() - HOUR_MS });
  t.teardown(() => mock.timers.reset());
  while (told.one?.length === 0) await sleep(10);
  t.strictSame(told.one, STALE);
});
