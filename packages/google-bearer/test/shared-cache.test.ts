import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import type { SharedTokenCache, SharedTokenTurn } from '../src/index.ts';
import { readAnswer, writeAnswer } from '../src/lookup/shared/answer.ts';
import { readReply } from '../src/lookup/tokeninfo/response.ts';
import { expiresInS, outages, serviceAccount, unsound, user, withoutIdentity } from './fixtures/tokeninfo-bodies.ts';
import { answer } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

/** A shared cache in memory, by token and endpoint; its clock is that of this process. */
function memoryCache() {
  const entries = new Map<string, { text: string; until: number }>();
  const turns = new Map<string, { until: number }>();
  const calls: string[] = [];
  const cache: SharedTokenCache = {
    slot(token, endpoint) {
      const name = `${token} ${endpoint}`;
      return {
        async take(turnMs) {
          calls.push(name);
          const now = Date.now();
          const entry = entries.get(name);
          if (entry && entry.until > now) return { text: entry.text, remainingMs: entry.until - now };
          const held = turns.get(name);
          if (held && held.until > now) return undefined;
          const turn = { until: now + turnMs };
          turns.set(name, turn);
          const release = () => void (turns.get(name) === turn && turns.delete(name));
          return {
            async keep(text, lifeMs) {
              if (turns.get(name) === turn) entries.set(name, { text, until: now + lifeMs });
              release();
            },
            release: async () => release(),
          };
        },
      };
    },
  };
  return { cache, entries, turns, calls };
}

test('instances that share a cache share the lookups of good tokens, and none of bad ones', async (t) => {
  const { cache, entries, calls } = memoryCache();
  const one = await setUp(t, { sharedCache: cache });
  const endpoints = one.upstream.url;
  const two = await setUp(t, { sharedCache: cache, endpoints });
  const principal = await one.verifier.verify('ya29.a');
  t.same(await two.verifier.verify('ya29.a'), principal);
  one.upstream.handler = answer(400, { error: 'invalid_token' });
  for (const { verifier } of [one, two]) await t.rejects(verifier.verify('ya29.b'), { code: 'ERR_TOKEN_INVALID' });
  t.equal(one.upstream.seen.length, 3);
  t.equal(entries.size, 1, 'strangers who make tokens up put nothing into it');
  t.match(two.verifier.stats().lookups, { started: 1, refused: 1, sharedHits: 1, sharedFailures: 0 });
  const asked = calls.length;
  await two.verifier.verify('ya29.a');
  t.throws(() => two.verifier.peek('ya29.b'), { code: 'ERR_TOKEN_INVALID' });
  t.equal(calls.length, asked, 'what memory knows is not asked for');
  t.equal(calls[0], `ya29.a ${endpoints}/tokeninfo`, 'the endpoint is part of the name');
});

test('in time', async (t) => {
  t.beforeEach(() => mock.timers.enable({ apis: ['Date'], now: Date.now() }));
  t.afterEach(() => mock.timers.reset());
  const advance = (ms: number) => mock.timers.setTime(Date.now() + ms);

  await t.test('an answer is as old as it is, in whichever memory', async (t) => {
    const { cache } = memoryCache();
    const one = await setUp(t, { sharedCache: cache, maxAgeMs: 10_000 });
    const two = await setUp(t, { sharedCache: cache, maxAgeMs: 10_000, endpoints: one.upstream.url });
    await one.verifier.verify('ya29.a');
    advance(9000);
    await two.verifier.verify('ya29.a');
    t.equal(one.upstream.seen.length, 1);
    advance(999);
    t.ok(two.verifier.peek('ya29.a'));
    advance(1);
    t.equal(two.verifier.peek('ya29.a'), undefined);
    await two.verifier.verify('ya29.a');
    t.equal(one.upstream.seen.length, 2);
  });

  await t.test('an instance that wants younger answers asks for its own', async (t) => {
    const { cache } = memoryCache();
    const one = await setUp(t, { sharedCache: cache, maxAgeMs: 60_000 });
    const two = await setUp(t, { sharedCache: cache, maxAgeMs: 10_000, endpoints: one.upstream.url });
    await one.verifier.verify('ya29.a');
    advance(9999);
    await two.verifier.verify('ya29.a');
    t.equal(one.upstream.seen.length, 1);
    advance(1);
    await two.verifier.verify('ya29.a');
    t.equal(one.upstream.seen.length, 2);
    t.match(two.verifier.stats().lookups, { sharedHits: 1, sharedFailures: 0 });
  });

  await t.test('nothing is kept past the end of the token', async (t) => {
    const { cache, entries } = memoryCache();
    const one = await setUp(t, { sharedCache: cache }, answer(200, user({ exp: expiresInS(30) })));
    await one.verifier.verify('ya29.a');
    one.upstream.handler = answer(200, user({ exp: expiresInS(-30) }));
    await t.rejects(one.verifier.verify('ya29.b'), { code: 'ERR_TOKEN_EXPIRED' });
    await one.verifier.close();
    t.equal(entries.size, 1);
    for (const { until } of entries.values()) t.ok(until <= Date.now() + 30_000);
  });
});

test('with maxAgeMs 0 nothing is shared', async (t) => {
  const { cache, calls } = memoryCache();
  const { verifier } = await setUp(t, { sharedCache: cache, maxAgeMs: 0 });
  await verifier.verify('ya29.a');
  t.same(calls, []);
});

test('an outage is shared with nobody, and the turn is given back', async (t) => {
  const { cache, entries, turns } = memoryCache();
  for (const [index, { status, body }] of outages.entries()) {
    const { verifier } = await setUp(t, { sharedCache: cache }, answer(status, body));
    await t.rejects(verifier.verify(`ya29.${index}`), { code: 'ERR_TOKENINFO_UNAVAILABLE' });
    await verifier.close();
  }
  t.equal(entries.size, 0);
  t.equal(turns.size, 0);
});

test('whatever the cache does, Google’s answer stands', async (t) => {
  const never = new Promise<never>(() => {});
  const failing = () => Promise.reject(new Error('down'));
  const throwing = () => {
    throw new Error('broken');
  };
  const takes: Record<string, SharedTokenCache> = {
    'that throws': { slot: throwing },
    'whose slots throw': { slot: () => ({ take: throwing }) },
    'that fails': { slot: () => ({ take: failing }) },
    'that hangs': { slot: () => ({ take: () => never }) },
    'that fails to keep': { slot: () => ({ take: async () => ({ keep: failing, release: failing }) }) },
    'that hangs when it should keep': { slot: () => ({ take: async () => ({ keep: () => never, release: failing }) }) },
    'in which another has the turn for ever': { slot: () => ({ take: async () => undefined }) },
    'that holds nonsense': { slot: () => ({ take: async () => ({ text: 'nonsense', remainingMs: 1000 }) }) },
    'that holds what has no age': {
      slot: () => ({
        take: async () => ({
          text: writeAnswer({ facts: factsOf(user()), lifeMs: 10, googleTime: undefined }),
          remainingMs: Number.NaN,
        }),
      }),
    },
    'that holds an answer from the future': {
      slot: () => ({
        take: async () => ({
          text: writeAnswer({ facts: factsOf(user()), lifeMs: 10, googleTime: undefined }),
          remainingMs: 11,
        }),
      }),
    },
  };
  for (const [what, sharedCache] of Object.entries(takes)) {
    await t.test(`a cache ${what}`, async (t) => {
      const { verifier, upstream } = await setUp(t, { sharedCache, timeoutMs: 3000 });
      for (const token of ['ya29.a', 'ya29.b']) t.ok(await verifier.verify(token));
      t.equal(upstream.seen.length, 2);
      t.match(verifier.stats().lookups, { started: 2, failed: 0, sharedHits: 0 });
      await verifier.close();
      t.ok(verifier.stats().lookups.sharedFailures > 0);
    });
  }
});

test('a cache that fails five times in a row is left alone for a while, and asked again after it', async (t) => {
  let calls = 0;
  const sharedCache: SharedTokenCache = {
    slot: () => ({
      take: () => {
        calls++;
        return Promise.reject(new Error('down'));
      },
    }),
  };
  const { verifier } = await setUp(t, { sharedCache });
  for (let count = 0; count < 20; count++) await verifier.verify(`ya29.${count}`);
  t.ok(calls >= 5);
  t.ok(calls < 20);
  t.equal(verifier.stats().lookups.sharedFailures, 20, 'the pause counts as well: Google was asked without it');
  const before = calls;
  for (let count = 20; calls === before; count++) await verifier.verify(`ya29.${count}`);
});

test('a cache that fails now and then is used on', async (t) => {
  let calls = 0;
  const { cache } = memoryCache();
  const sharedCache: SharedTokenCache = {
    slot: (token, endpoint) => ({
      take: (turnMs) =>
        ++calls % 5 === 0 ? cache.slot(token, endpoint).take(turnMs) : Promise.reject(new Error('hiccup')),
    }),
  };
  const { verifier } = await setUp(t, { sharedCache });
  for (let count = 0; count < 20; count++) await verifier.verify(`ya29.${count}`);
  t.equal(calls, 20);
});

test('steps that fail together are one failure', async (t) => {
  const hiccup = Promise.withResolvers<never>();
  let calls = 0;
  const { cache } = memoryCache();
  const sharedCache: SharedTokenCache = {
    slot: (token, endpoint) => ({
      take: (turnMs) => (++calls <= 20 ? hiccup.promise : cache.slot(token, endpoint).take(turnMs)),
    }),
  };
  const { verifier } = await setUp(t, { sharedCache });
  const together = Array.from({ length: 20 }, (_, index) => verifier.verify(`ya29.${index}`));
  hiccup.reject(new Error('the machine was busy'));
  await Promise.all(together);
  t.equal(verifier.stats().lookups.sharedFailures, 20);
  await verifier.verify('ya29.next');
  t.equal(calls, 21);
});

test('a turn that comes too late is given back', async (t) => {
  const released = Promise.withResolvers<void>();
  const turn: SharedTokenTurn = {
    keep: () => Promise.reject(new Error('nobody waited for it')),
    release: async () => released.resolve(),
  };
  const late = Promise.withResolvers<SharedTokenTurn>();
  const { verifier } = await setUp(t, { sharedCache: { slot: () => ({ take: () => late.promise }) } });
  await verifier.verify('ya29.a');
  late.resolve(turn);
  await released.promise;
});

test('a revocation that arrives while another instance asks wins', async (t) => {
  const { cache } = memoryCache();
  const slot = cache.slot('ya29.a', 'unused');
  t.ok(await slot.take(1));
  const { verifier, upstream } = await setUp(t, { sharedCache: cache });
  const turn = await cache.slot('ya29.a', `${upstream.url}/tokeninfo`).take(60_000);
  if (!turn || !('keep' in turn)) throw new Error('no turn');
  const call = verifier.verify('ya29.a');
  const outcome = t.rejects(call, { code: 'ERR_TOKEN_REVOKED' });
  await verifier.revokeToken('ya29.a');
  await turn.keep(writeAnswer({ facts: factsOf(user()), lifeMs: 60_000, googleTime: undefined }), 60_000);
  await outcome;
  t.equal(upstream.seen.length, 0);
});

test('1 000 concurrent calls are one call of the cache', async (t) => {
  const { cache, calls } = memoryCache();
  const { verifier, upstream } = await setUp(t, { sharedCache: cache });
  await Promise.all(Array.from({ length: 1000 }, () => verifier.verify('ya29.a')));
  t.equal(calls.length, 1);
  t.equal(upstream.seen.length, 1);
});

test('closing waits until the others have been told', async (t) => {
  let kept = false;
  const turn: SharedTokenTurn = {
    keep: async () => {
      await sleep(50);
      kept = true;
    },
    release: async () => {},
  };
  const { verifier } = await setUp(t, { sharedCache: { slot: () => ({ take: async () => turn }) } });
  await verifier.verify('ya29.a');
  t.notOk(kept, 'no caller does');
  await verifier.close();
  t.ok(kept);
});

function factsOf(body: unknown) {
  const reply = readReply({ status: 200, retryAfter: undefined, body: JSON.stringify(body) }, Date.now());
  if (reply.kind !== 'facts') throw new Error('no facts');
  return reply.facts;
}

test('facts come back as they were', (t) => {
  const bodies = [
    user(),
    user({ email_verified: 'false', azp: 'other' }),
    user({ scope: undefined, email: undefined, access_type: 'sideways' }),
    withoutIdentity(),
    serviceAccount(),
  ];
  for (const body of bodies) {
    const facts = factsOf(body);
    const read = readAnswer(writeAnswer({ facts, lifeMs: 5, googleTime: undefined }));
    t.same(read, { facts, lifeMs: 5, googleTime: undefined });
    t.ok(Object.isFrozen(read?.facts));
    t.equal(read?.facts?.scopes, facts.scopes, 'the set that all tokens with these scopes share');
  }
  const answer = { facts: factsOf(user()), lifeMs: 5, googleTime: 1_700_000_000_000 };
  t.same(readAnswer(writeAnswer(answer)), answer);
  t.end();
});

test('anything else is no answer', (t) => {
  const good = JSON.parse(writeAnswer({ facts: factsOf(user()), lifeMs: 5, googleTime: 1 }));
  const wrong = [
    ...['', 'null', '[]', '7', '"refused"', '{}', '{"refused":true}', '{"lifeMs":5}', '{"refused":1,"lifeMs":5}'],
    ...[0, -1, 0.5, '5', null].map((lifeMs) => JSON.stringify({ ...good, lifeMs })),
    ...[0.5, '5', null].map((googleTime) => JSON.stringify({ ...good, googleTime })),
    ...unsound.map((change) => JSON.stringify({ ...good, ...change })),
  ];
  for (const text of wrong) t.equal(readAnswer(text), undefined, text);
  for (const value of [undefined, null, 7, {}]) t.equal(readAnswer(value), undefined);
  t.end();
});

test('a no of Google’s outlives an older yes in the shared cache', async (t) => {
  mock.timers.enable({ apis: ['Date'], now: Date.now() });
  t.teardown(() => mock.timers.reset());
  const { cache } = memoryCache();
  const { verifier, upstream } = await setUp(t, { sharedCache: cache });
  await verifier.verify('ya29.a');
  upstream.handler = answer(400, { error: 'invalid_token' });
  mock.timers.setTime(Date.now() + 10_000);
  await t.rejects(verifier.verify('ya29.a', { maxAgeMs: 0 }), { code: 'ERR_TOKEN_INVALID' });
  for (let times = 0; times < 8; times++) {
    mock.timers.setTime(Date.now() + 31_000);
    await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_INVALID' });
  }
});

test('a token of another application is told to nobody', async (t) => {
  const { cache, entries, turns } = memoryCache();
  const { verifier } = await setUp(t, { sharedCache: cache }, answer(200, user({ aud: 'other', azp: 'other' })));
  await t.rejects(verifier.verify('ya29.a'), { code: 'ERR_TOKEN_AUDIENCE' });
  await verifier.close();
  t.equal(entries.size, 0);
  t.equal(turns.size, 0);
});
