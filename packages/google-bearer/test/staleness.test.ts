import { mock } from 'node:test';
import { setImmediate as breathe } from 'node:timers/promises';
import { test } from 'tap';
import { remoteLog } from './fixtures/remote-log.ts';
import { setUp } from './fixtures/verifier.ts';

const STALE = { code: 'ERR_REVOCATIONS_STALE', statusCode: 503, retryAfterS: 1 };

test('in time', async (t) => {
  t.beforeEach(() => mock.timers.enable({ apis: ['Date'], now: Date.now() }));
  t.afterEach(() => mock.timers.reset());
  const advance = (ms: number) => mock.timers.setTime(Date.now() + ms);

  await t.test('nothing is accepted before the log has been replayed, whatever onStale says', async (t) => {
    for (const onStale of ['refuse', 'accept'] as const) {
      const { log, follower } = remoteLog();
      const { verifier, upstream } = await setUp(t, { revocationLog: log, onStale });
      await t.rejects(verifier.verify('ya29.a'), STALE);
      t.equal(verifier.peek('ya29.a'), undefined);
      await t.rejects(verifier.verify('not a token'), { code: 'ERR_TOKEN_MALFORMED' });
      t.match(verifier.stats().revocations, { ready: false, ageMs: Number.POSITIVE_INFINITY });
      t.equal(upstream.seen.length, 0);
      await t.rejects(verifier.ready(AbortSignal.abort(new Error('no time'))), { message: 'no time' });
      follower().confirm(Date.now());
      await verifier.ready();
      t.match(verifier.stats().revocations, { ready: true });
      t.ok(await verifier.verify('ya29.a'));
    }
  });

  await t.test('a view that cannot be confirmed in time refuses with 503, and recovers by itself', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log, maxStalenessMs: 2000 });
    follower().confirm(Date.now());
    await verifier.verify('ya29.a');
    advance(2000);
    t.ok(verifier.peek('ya29.a'));
    t.equal(verifier.stats().revocations.ageMs, 2000);
    advance(1);
    const lost = new Error('connection lost');
    follower().error(lost);
    t.throws(() => verifier.peek('ya29.a'), { ...STALE, cause: lost });
    await t.rejects(verifier.verify('ya29.a'), STALE);
    follower().confirm(Date.now());
    t.ok(verifier.peek('ya29.a'));
  });

  await t.test('the age counts from when the log was asked, not from when it answered', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log, maxStalenessMs: 2000 });
    follower().confirm(Date.now() - 2001);
    await t.rejects(verifier.verify('ya29.a'), STALE);
  });

  await t.test('a view that goes stale while Google is asked is stale', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier, upstream } = await setUp(t, { revocationLog: log });
    follower().confirm(Date.now());
    const call = verifier.verify('ya29.a');
    const outcome = t.rejects(call, STALE);
    await upstream.nextRequest();
    advance(5001);
    await outcome;
  });

  await t.test('a clock that is set back makes the age unknown', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log });
    follower().confirm(Date.now());
    await verifier.verify('ya29.a');
    advance(-60_000);
    await t.rejects(verifier.verify('ya29.a'), STALE);
    t.equal(verifier.stats().revocations.ageMs, Number.POSITIVE_INFINITY);
  });

  await t.test('a clock that is set back by less than that makes the view no younger', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log, maxStalenessMs: 1000 });
    follower().confirm(Date.now());
    await verifier.verify('ya29.a');
    // It stands still, as if it were set back all the time.
    const isFresh = (): boolean => verifier.stats().revocations.ageMs <= 1000;
    while (isFresh()) await breathe();
    t.throws(() => verifier.peek('ya29.a'), STALE);
  });

  await t.test('nor does it make a view younger that was late when it was confirmed', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log, maxStalenessMs: 60_000 });
    follower().confirm(Date.now() - 40_000);
    advance(-30_000);
    t.ok(verifier.stats().revocations.ageMs >= 40_000);
  });

  await t.test('what is known to be revoked stays so in a stale view', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log });
    follower().confirm(Date.now());
    await verifier.verify('ya29.a');
    await verifier.revokeToken('ya29.a');
    advance(60_000);
    await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_REVOKED' });
  });

  await t.test('onStale: accept goes on with the old view, revocations in it included', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log, onStale: 'accept', maxAgeMs: 600_000 });
    follower().confirm(Date.now());
    await verifier.verify('ya29.a');
    await verifier.revokeToken('ya29.b');
    advance(60_000);
    t.ok(verifier.peek('ya29.a'));
    t.throws(() => verifier.peek('ya29.b'), { code: 'ERR_TOKEN_REVOKED' });
  });
});

test('a closed verifier follows no more and accepts nothing', async (t) => {
  const { log, follower } = remoteLog();
  const { verifier } = await setUp(t, { revocationLog: log });
  follower().confirm(Date.now());
  await verifier.verify('ya29.a');
  await verifier.close();
  t.throws(() => verifier.peek('ya29.a'), STALE);
  t.throws(follower, { message: 'nobody follows' });
});

test('a verifier that is closed before its log was replayed does not become ready', async (t) => {
  for (const isAwaited of [true, false]) {
    const { log } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log });
    const ready = isAwaited ? t.rejects(verifier.ready(), { message: 'the verifier is closed' }) : undefined;
    await verifier.close();
    await ready;
    // A rejection that nobody handles would be reported by now, and end the process of the application.
    await breathe();
  }
});
