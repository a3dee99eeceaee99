import { mock } from 'node:test';
import { test } from 'tap';
import type { PrincipalSource, SharedTokenCache } from '../src/index.ts';
import { assertUnavailable, failure, good } from './fixtures/outcomes.ts';
import { user } from './fixtures/tokeninfo-bodies.ts';
import { answer } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

/** A shared cache of one entry a token, by the clock of this process. */
function sharedCache(): SharedTokenCache {
  const kept = new Map<string, { text: string; until: number }>();
  return {
    slot: (token) => ({
      take: async () => {
        const entry = kept.get(token);
        if (entry !== undefined) return { text: entry.text, remainingMs: entry.until - Date.now() };
        const takenAt = Date.now();
        const keep = async (text: string, lifeMs: number) => void kept.set(token, { text, until: takenAt + lifeMs });
        return { keep, release: async () => undefined };
      },
    }),
  };
}

// Only the date stands still: timers and sockets are real.
test('maxAgeMs', async (t) => {
  t.beforeEach(() => mock.timers.enable({ apis: ['Date'], now: Date.now() }));
  t.afterEach(() => mock.timers.reset());
  const advance = (ms: number) => mock.timers.setTime(Date.now() + ms);

  await t.test('Google is asked again when its word is older', async (t) => {
    const { verifier, upstream } = await setUp(t);
    await verifier.verify('ya29.a', { maxAgeMs: 10_000 });
    advance(9_999);
    t.ok(verifier.peek('ya29.a', { maxAgeMs: 10_000 }));
    await verifier.verify('ya29.a', { maxAgeMs: 10_000 });
    t.equal(upstream.seen.length, 1);
    advance(1);
    t.equal(verifier.peek('ya29.a', { maxAgeMs: 10_000 }), undefined);
    t.ok(verifier.peek('ya29.a'), 'others are content with it');
    await verifier.verify('ya29.a', { maxAgeMs: 10_000 });
    t.equal(upstream.seen.length, 2);
    t.ok(verifier.peek('ya29.a', { maxAgeMs: 1 }), 'and then it is young for all');
  });

  await t.test('0 asks every time, and a lookup under way may be joined', async (t) => {
    const { verifier, upstream } = await setUp(t);
    for (let i = 0; i < 3; i++) await verifier.verify('ya29.a', { maxAgeMs: 0 });
    t.equal(upstream.seen.length, 3);
    t.equal(verifier.peek('ya29.a', { maxAgeMs: 0 }), undefined);
    await Promise.all([1, 2, 3].map(() => verifier.verify('ya29.a', { maxAgeMs: 0 })));
    t.equal(upstream.seen.length, 4);
  });

  await t.test('it asks for no more than the verifier’s own', async (t) => {
    const { verifier, upstream } = await setUp(t, { maxAgeMs: 1000 });
    await verifier.verify('ya29.a', { maxAgeMs: 60_000 });
    advance(1000);
    await verifier.verify('ya29.a', { maxAgeMs: 60_000 });
    t.equal(upstream.seen.length, 2);
  });

  await t.test('a token that Google has ended meanwhile is refused', async (t) => {
    const { verifier, upstream } = await setUp(t);
    await verifier.verify('ya29.a');
    upstream.handler = answer(400, { error: 'invalid_token' });
    t.ok(await verifier.verify('ya29.a'));
    await t.rejects(verifier.verify('ya29.a', { maxAgeMs: 0 }), { code: 'ERR_TOKEN_INVALID' });
    await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_INVALID' }, 'from then on everywhere');
  });

  await t.test('grace does not apply', async (t) => {
    const { verifier, upstream } = await setUp(t, { graceMs: 60_000 });
    await verifier.verify('ya29.a');
    upstream.handler = answer(503, {});
    assertUnavailable(t, await failure(verifier.verify('ya29.a', { maxAgeMs: 0 })));
    t.equal(verifier.stats().lookups.graceUses, 0);
  });

  await t.test('what another instance learned counts by its own age', async (t) => {
    const cache = sharedCache();
    const one = await setUp(t, { sharedCache: cache });
    const endpoints = one.upstream.url;
    const make = () => setUp(t, { sharedCache: cache, endpoints });
    await one.verifier.verify('ya29.a');
    advance(10_000);
    const { verifier: content } = await make();
    await content.verify('ya29.a', { maxAgeMs: 10_001 });
    t.equal(one.upstream.seen.length, 1);
    const { verifier: strict } = await make();
    await strict.verify('ya29.a', { maxAgeMs: 10_000 });
    t.equal(one.upstream.seen.length, 2);
    const { verifier: both } = await make();
    await Promise.all([both.verify('ya29.a'), both.verify('ya29.a', { maxAgeMs: 0 })]);
    t.equal(one.upstream.seen.length, 3, 'who joins the lookup of one that is content with less asks again');
  });

  await t.test('tells where the word came from', async (t) => {
    const cache = sharedCache();
    const one = await setUp(t, { sharedCache: cache, graceMs: 60_000, maxAgeMs: 10_000 });
    const two = await setUp(t, { sharedCache: cache, endpoints: one.upstream.url });
    const sources: PrincipalSource[] = [];
    const onSource = (source: PrincipalSource) => void sources.push(source);
    await one.verifier.verify('ya29.a', { onSource });
    await one.verifier.verify('ya29.a', { onSource });
    await two.verifier.verify('ya29.a', { onSource });
    one.upstream.handler = answer(503, {});
    advance(10_000);
    await one.verifier.verify('ya29.a', { onSource });
    t.same(sources, ['google', 'memory', 'shared', 'memory'], 'the last by grace');
    one.upstream.handler = good;
    await t.rejects(one.verifier.verify('ya29.b', { onSource, scopes: ['drive'] }), { code: 'ERR_TOKEN_SCOPE' });
    t.equal(sources.length, 4, 'of a token that is refused nothing is told');
  });
});

test('what is no number of ms is refused', async (t) => {
  const { verifier } = await setUp(t);
  await verifier.verify('ya29.a');
  for (const maxAgeMs of [-1, Number.NaN, '0', null]) {
    const verify: unknown = Reflect.apply(verifier.verify, verifier, ['ya29.a', { maxAgeMs }]);
    await t.rejects(Promise.resolve(verify), { name: 'TypeError', message: /maxAgeMs/ });
    t.throws(() => Reflect.apply(verifier.peek, verifier, ['ya29.a', { maxAgeMs }]), { name: 'TypeError' });
  }
});

test('a token of another application is asked about once, however young the word has to be', async (t) => {
  const { verifier, upstream } = await setUp(t, { maxAgeMs: 0 }, answer(200, user({ aud: 'other', azp: 'other' })));
  for (let times = 0; times < 5; times++) {
    await t.rejects(verifier.verify('ya29.a', { maxAgeMs: 0 }), { code: 'ERR_TOKEN_AUDIENCE' });
  }
  t.equal(upstream.seen.length, 1);
});

test('nor is Google asked about a token whose user is blocked or signed out: that it cannot undo', async (t) => {
  const { verifier, upstream } = await setUp(t);
  const { subject } = await verifier.verify('ya29.a');
  upstream.handler = answer(503, {});
  const refuse = [
    () => verifier.blockSubject(subject),
    () => verifier.unblockSubject(subject).then(() => verifier.revokeSubject(subject)),
    () => verifier.revokeEveryone(),
  ];
  for (const revoke of refuse) {
    await revoke();
    await t.rejects(verifier.verify('ya29.a', { maxAgeMs: 0 }), { code: 'ERR_TOKEN_REVOKED' });
    t.throws(() => verifier.peek('ya29.a', { maxAgeMs: 0 }), { code: 'ERR_TOKEN_REVOKED' });
  }
  t.equal(upstream.seen.length, 1);
});
