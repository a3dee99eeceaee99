import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@google-bearer/test-kit/eventually';
import { test } from 'tap';
import { assertUnavailable, failure, good, TOKEN } from './fixtures/outcomes.ts';
import { answer } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

test('1 000 concurrent first calls cost one lookup', async (t) => {
  const { verifier, upstream } = await setUp(t);
  const calls = Array.from({ length: 1000 }, () => verifier.verify(TOKEN));
  const [first, ...rest] = await Promise.all(calls);
  t.ok(rest.every((principal) => principal === first));
  t.equal(upstream.seen.length, 1);
  t.match(verifier.stats().lookups, { started: 1, joined: 999, active: 0 });
});

test('concurrent callers are judged each by their own needs', async (t) => {
  const { verifier, upstream } = await setUp(t);
  const results = await Promise.allSettled([
    verifier.verify(TOKEN, { scopes: ['email'] }),
    verifier.verify(TOKEN, { scopes: ['drive'] }),
  ]);
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
  t.equal(upstream.seen.length, 1);
});

test('one caller that gives up does not hurt the others', async (t) => {
  const hold = Promise.withResolvers<void>();
  const { verifier, upstream } = await setUp(t, {}, async (request, response) => {
    await hold.promise;
    good(request, response);
  });
  const impatient = new AbortController();
  const reason = new Error('went away');
  const first = verifier.verify(TOKEN, { signal: impatient.signal });
  const second = verifier.verify(TOKEN);
  await upstream.nextRequest();
  impatient.abort(reason);
  t.equal(await failure(first), reason);
  hold.resolve();
  t.ok(await second);
  t.ok(verifier.peek(TOKEN));
  t.equal(upstream.seen.length, 1);
});

test('a lookup that everybody gave up still fills memory, and its failure hurts nobody', async (t) => {
  for (const handler of [good, answer(503, {})]) {
    const { verifier, upstream } = await setUp(t, {}, handler);
    const abandoned = failure(verifier.verify(TOKEN, { signal: AbortSignal.abort(new Error('went away')) }));
    t.match(await abandoned, { message: 'went away' });
    await verifier.close();
    t.equal(verifier.stats().cache.entries, handler === good ? 1 : 0);
    t.equal(upstream.seen.length, handler === good ? 1 : 2);
  }
});

test('while Google is down it is spared, and found again when it is back', async (t) => {
  const { verifier, upstream } = await setUp(t, {}, answer(500, {}));
  await Promise.all(Array.from({ length: 10 }, (_, i) => failure(verifier.verify(`ya29.${i}`))));
  t.equal(verifier.stats().lookups.circuit, 'open');
  const asked = upstream.seen.length;
  const error = await failure(verifier.verify(TOKEN));
  assertUnavailable(t, error);
  t.match(error.cause, { message: /tokeninfo is down/ });
  t.equal(upstream.seen.length, asked);

  upstream.handler = good;
  const principal = await eventually('an answer', () => verifier.verify(TOKEN).catch(() => undefined));
  t.ok(principal);
  t.equal(verifier.stats().lookups.circuit, 'closed');
});

for (const { outcome, handler, circuit } of [
  { outcome: 'go on when it is well', handler: good, circuit: 'closed' },
  { outcome: 'are spared when it is not', handler: answer(500, {}), circuit: 'open' },
]) {
  test(`after an outage one lookup goes first, and the others ${outcome}`, async (t) => {
    const { verifier, upstream } = await setUp(t, {}, answer(500, {}));
    await Promise.all(Array.from({ length: 10 }, (_, i) => failure(verifier.verify(`ya29.${i}`))));
    const hold = Promise.withResolvers<void>();
    upstream.handler = async (request, response) => {
      await hold.promise;
      handler(request, response);
    };
    const asked = upstream.seen.length;
    const arrived = upstream.nextRequest();
    const calls: Promise<unknown>[] = [];
    // Refused at once until the second is over.
    for (let i = 10; verifier.stats().lookups.circuit !== 'half-open'; i++) {
      calls.splice(
        0,
        1,
        verifier.verify(`ya29.${i}`).catch((error: unknown) => error),
      );
      await sleep(5);
    }
    for (const token of ['ya29.a', 'ya29.b']) calls.push(verifier.verify(token).catch((error: unknown) => error));
    await arrived;
    t.equal(upstream.seen.length, asked + 1);
    hold.resolve();
    const outcomes = await Promise.all(calls);
    t.equal(verifier.stats().lookups.circuit, circuit);
    if (circuit === 'closed') {
      t.equal(upstream.seen.length, asked + 3);
      return;
    }
    t.equal(upstream.seen.length, asked + 2, 'the one that went first tried twice');
    for (const outcome of outcomes) assertUnavailable(t, outcome);
  });
}

test('refusals are answers: they open no circuit', async (t) => {
  const { verifier } = await setUp(t, {}, answer(400, { error: 'invalid_token' }));
  await Promise.all(Array.from({ length: 50 }, (_, i) => failure(verifier.verify(`ya29.${i}`))));
  t.match(verifier.stats().lookups, { circuit: 'closed', refused: 50, failed: 0 });
});

test('no more than 256 lookups are under way at once, and 4 096 wait', async (t) => {
  const release = Promise.withResolvers<void>();
  const full = Promise.withResolvers<void>();
  let busy = 0;
  let most = 0;
  const { verifier, upstream } = await setUp(t, { timeoutMs: 60_000 }, async (request, response) => {
    most = Math.max(most, ++busy);
    if (busy === 256) full.resolve();
    await release.promise;
    busy--;
    good(request, response);
  });
  const calls = Array.from({ length: 256 + 4096 }, (_, i) => verifier.verify(`ya29.${i}`));
  const tooMany = await failure(verifier.verify(TOKEN));
  assertUnavailable(t, tooMany);
  t.match(tooMany.cause, { message: /too many lookups/ });
  await full.promise;
  release.resolve();
  await Promise.all(calls);
  t.equal(most, 256);
  t.equal(upstream.seen.length, 256 + 4096);
});

test('a call whose turn does not come is given up at its own deadline', { timeout: 10_000 }, async (t) => {
  const { verifier } = await setUp(t, { timeoutMs: 200 }, () => undefined);
  const calls = Array.from({ length: 300 }, (_, i) => failure(verifier.verify(`ya29.${i}`)));
  for (const error of await Promise.all(calls)) assertUnavailable(t, error);
  t.equal(verifier.stats().lookups.active, 0);
});

test('closing waits for the lookups under way', async (t) => {
  const hold = Promise.withResolvers<void>();
  const { verifier, upstream } = await setUp(t, {}, async (request, response) => {
    await hold.promise;
    good(request, response);
  });
  const call = failure(verifier.verify(TOKEN));
  await upstream.nextRequest();
  const closed = verifier.close();
  hold.resolve();
  await closed;
  t.match(await call, { code: 'ERR_REVOCATIONS_STALE' }, 'a closed verifier accepts nothing');
});
