import { mock } from 'node:test';
import { test } from 'tap';
import { expiresInS, user } from './fixtures/tokeninfo-bodies.ts';
import { answer } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

// Only the date stands still: timers and sockets are real.
test('in time', async (t) => {
  t.beforeEach(() => mock.timers.enable({ apis: ['Date'], now: Date.now() }));
  t.afterEach(() => mock.timers.reset());
  const advance = (ms: number) => mock.timers.setTime(Date.now() + ms);

  await t.test('a token is looked up once while its facts are fresh', async (t) => {
    const { verifier, upstream } = await setUp(t);
    t.equal(verifier.peek('ya29.a'), undefined);
    await verifier.verify('ya29.a');
    advance(299_999);
    await verifier.verify('ya29.a');
    t.ok(verifier.peek('ya29.a'));
    t.equal(upstream.seen.length, 1);
    advance(1);
    t.equal(verifier.peek('ya29.a'), undefined);
    await verifier.verify('ya29.a');
    t.equal(upstream.seen.length, 2);
  });

  await t.test('an end is seen on a hit, and costs no lookup', async (t) => {
    const { verifier, upstream } = await setUp(t, {}, answer(200, user({ exp: expiresInS(60) })));
    await verifier.verify('ya29.a');
    advance(61_000);
    t.throws(() => verifier.peek('ya29.a'), { code: 'ERR_TOKEN_EXPIRED', statusCode: 401 });
    advance(3_600_000);
    await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_EXPIRED' });
    t.equal(upstream.seen.length, 1);
  });

  await t.test('a token that Google has ended meanwhile is refused from the next lookup on', async (t) => {
    const { verifier, upstream } = await setUp(t);
    await verifier.verify('ya29.a');
    upstream.handler = answer(400, { error: 'invalid_token' });
    advance(300_000);
    await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_INVALID', statusCode: 401 });
    t.same(verifier.stats().cache, { entries: 0, badEntries: 1, hits: 0, badHits: 0, misses: 2 });
  });

  await t.test(
    'a no is remembered for half a minute, and each further one twice as long, up to maxAgeMs',
    async (t) => {
      const { verifier, upstream } = await setUp(t, {}, answer(400, { error: 'invalid_token' }));
      for (const [times, lifeMs] of [30_000, 60_000, 120_000, 240_000, 300_000, 300_000].entries()) {
        await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_INVALID' });
        advance(lifeMs - 1);
        await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_INVALID' });
        t.throws(() => verifier.peek('ya29.a'), { code: 'ERR_TOKEN_INVALID' });
        t.equal(upstream.seen.length, times + 1);
        advance(1);
        t.equal(verifier.peek('ya29.a'), undefined);
      }
      upstream.handler = answer(200, user());
      t.ok(await verifier.verify('ya29.a'));
      upstream.handler = answer(400, { error: 'invalid_token' });
      advance(300_000);
      await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_INVALID' });
      advance(30_000);
      t.equal(verifier.peek('ya29.a'), undefined, 'after a yes it begins anew');
    },
  );

  await t.test('a no is kept no longer than maxAgeMs', async (t) => {
    const { verifier, upstream } = await setUp(t, { maxAgeMs: 1000 }, answer(400, { error: 'invalid_token' }));
    await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_INVALID' });
    advance(1000);
    await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_INVALID' });
    t.equal(upstream.seen.length, 2);
  });

  await t.test('a clock that is set back makes nothing live longer', async (t) => {
    const { verifier, upstream } = await setUp(t);
    await verifier.verify('ya29.a');
    advance(-3_600_000);
    t.equal(verifier.peek('ya29.a'), undefined);
    await verifier.verify('ya29.a');
    t.equal(upstream.seen.length, 2);
  });

  await t.test('with maxAgeMs 0 Google is asked every time', async (t) => {
    const { verifier, upstream } = await setUp(t, { maxAgeMs: 0 });
    await verifier.verify('ya29.a');
    await verifier.verify('ya29.a');
    t.equal(upstream.seen.length, 2);
  });

  const down = answer(503, {});
  await t.test('in an outage, facts past their life are used while Google is down, and no longer', async (t) => {
    const { verifier, upstream } = await setUp(t, { graceMs: 60_000, maxAgeMs: 10_000 });
    await verifier.verify('ya29.a', { scopes: ['email'] });
    upstream.handler = down;
    advance(69_999);
    t.ok(await verifier.verify('ya29.a', { scopes: ['email'] }));
    await t.rejects(verifier.verify('ya29.a', { scopes: ['drive'] }), { code: 'ERR_TOKEN_SCOPE' });
    t.equal(verifier.stats().lookups.graceUses, 2);
    advance(1);
    await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKENINFO_UNAVAILABLE' });
  });

  await t.test('grace is off unless asked for', async (t) => {
    const { verifier, upstream } = await setUp(t, { maxAgeMs: 10_000 });
    await verifier.verify('ya29.a');
    upstream.handler = down;
    advance(10_000);
    await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKENINFO_UNAVAILABLE', statusCode: 503 });
  });

  await t.test('grace saves no token that was revoked, has ended or that Google refuses', async (t) => {
    const options = { graceMs: 60_000, maxAgeMs: 10_000 };
    const { verifier, upstream } = await setUp(t, options, answer(200, user({ exp: expiresInS(30) })));
    for (const token of ['ya29.revoked', 'ya29.ended', 'ya29.refused']) await verifier.verify(token);
    upstream.handler = down;
    advance(10_000);
    await verifier.revokeToken('ya29.revoked');
    await t.rejects(verifier.verify('ya29.revoked'), { code: 'ERR_TOKEN_REVOKED' });
    upstream.handler = answer(400, { error: 'invalid_token' });
    await t.rejects(verifier.verify('ya29.refused'), { code: 'ERR_TOKEN_INVALID' });
    upstream.handler = down;
    advance(21_000);
    await t.rejects(verifier.verify('ya29.ended'), { code: 'ERR_TOKEN_EXPIRED' });
  });
});

test('a flood of bad tokens pushes no good one out', async (t) => {
  const { verifier, upstream } = await setUp(t, { maxEntries: 10 });
  await verifier.verify('ya29.good');
  upstream.handler = answer(400, { error: 'invalid_token' });
  for (let i = 0; i < 200; i++) await t.rejects(verifier.verify(`ya29.bad${i}`), { code: 'ERR_TOKEN_INVALID' });
  t.ok(verifier.peek('ya29.good'));
  t.equal(verifier.stats().cache.entries, 1);
});

test('no more than maxEntries good tokens are kept, the least used leave first', async (t) => {
  const { verifier } = await setUp(t, { maxEntries: 3 });
  for (const token of ['a', 'b', 'c']) await verifier.verify(token);
  verifier.peek('a');
  await verifier.verify('d');
  t.ok(verifier.peek('a'));
  t.equal(verifier.peek('b'), undefined);
  t.equal(verifier.stats().cache.entries, 3);
});

test('counts what happened', async (t) => {
  const { verifier } = await setUp(t);
  await verifier.verify('ya29.a');
  await verifier.verify('ya29.a');
  verifier.peek('ya29.a');
  t.match(verifier.stats(), {
    cache: { entries: 1, hits: 2, misses: 1 },
    lookups: { started: 1, joined: 0, refused: 0, failed: 0, active: 0, circuit: 'closed' },
    revocations: { tokens: 0, ready: true, ageMs: 0 },
  });
});

test('tokens of other applications, however many, push no good one out', async (t) => {
  const { verifier, upstream } = await setUp(t, { maxEntries: 2 });
  for (const token of ['ya29.a', 'ya29.b']) await verifier.verify(token);
  upstream.handler = answer(200, user({ aud: 'other', azp: 'other' }));
  for (let index = 0; index < 5; index++) {
    await t.rejects(verifier.verify(`ya29.foreign-${index}`), { code: 'ERR_TOKEN_AUDIENCE' });
  }
  for (const token of ['ya29.a', 'ya29.b']) t.ok(verifier.peek(token), token);
  t.throws(() => verifier.peek('ya29.foreign-0'), { code: 'ERR_TOKEN_AUDIENCE' }, 'and they are known as well');
  t.equal(verifier.stats().cache.entries, 7);
});
