import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually } from '@google-bearer/test-kit/eventually';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisTokenCache } from '../src/index.ts';
import { connections, inTime, kept } from './fixtures/cache.ts';
import { connectSharing, outcome, startGoogle, startSharing } from './fixtures/instance.ts';

const lookups = '/tokeninfo';

t.test('a token costs one lookup, whichever instances it meets', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const [one, two] = await Promise.all([connectSharing(t, google, server.url), connectSharing(t, google, server.url)]);
  const { principals, asked, ofOne, ofTwo } = await inTime([one, two], async () => {
    const [oneBefore, twoBefore, before] = [one.stats().lookups, two.stats().lookups, google.calls.count(lookups)];
    const token = google.mintToken();
    const principals = [await one.verify(token), await two.verify(token)];
    t.ok(two.peek(token, { scopes: ['email'] }));
    return {
      principals,
      asked: google.calls.count(lookups) - before,
      ofOne: since(oneBefore, one.stats().lookups),
      ofTwo: since(twoBefore, two.stats().lookups),
    };
  });
  const [principal = {}, same = {}] = principals;
  t.strictSame(plain(same), plain(principal));
  t.equal(asked, 1);
  t.same(ofTwo, { started: 0, sharedHits: 1 });
  t.same(ofOne, { started: 1, sharedHits: 0 });
});

t.test('what memory knows is not asked of Redis', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const verifier = await connectSharing(t, google, server.url);
  const token = google.mintToken();
  await verifier.verify(token);
  await t.rejects(verifier.verify('ya29.bad'), { code: 'ERR_TOKEN_INVALID' });
  const raw = await server.raw();
  const evals = async () => /cmdstat_eval:calls=(\d+)/.exec(await raw.info('commandstats'))?.[1];
  await eventually('the answer to be kept, and no turn', async () => (await raw.dbSize()) === 1 || undefined);
  const before = await evals();
  for (let round = 0; round < 10; round++) {
    await verifier.verify(token);
    await t.rejects(verifier.verify('ya29.bad'), { code: 'ERR_TOKEN_INVALID' });
  }
  t.equal(await evals(), before);
});

t.test('strangers leave nothing in Redis: what Google refuses is shared with nobody', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const [one, two] = await Promise.all([connectSharing(t, google, server.url), connectSharing(t, google, server.url)]);
  for (const verifier of [one, two]) await t.rejects(verifier.verify('ya29.bad'), { code: 'ERR_TOKEN_INVALID' });
  t.equal(google.calls.count(lookups), 2);
  const outcomes = new Set<string>();
  for (let first = 0; first < 500; first += 50) {
    const strangers = Array.from({ length: 50 }, (_, index) => outcome(one, `ya29.stranger-${first + index}`));
    for (const said of await Promise.all(strangers)) outcomes.add(said);
  }
  t.strictSame(outcomes, new Set(['ERR_TOKEN_INVALID']));
  const raw = await server.raw();
  await eventually('the turns to be given back', async () => (await raw.dbSize()) === 0 || undefined);
});

t.test('an outage of Google is shared with nobody', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const verifiers = await Promise.all([connectSharing(t, google, server.url), connectSharing(t, google, server.url)]);
  const faults = [
    { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
    { kind: 'status', status: 503 },
    { kind: 'html' },
    { kind: 'reset' },
  ] as const;
  for (const fault of faults) {
    const token = google.mintToken();
    google.faults.set({ path: lookups, ...fault });
    for (const verifier of verifiers) t.equal(await outcome(verifier, token), 'ERR_TOKENINFO_UNAVAILABLE', fault.kind);
    const raw = await server.raw();
    await eventually('the turns to be given back', async () => (await raw.dbSize()) === 0 || undefined);
    google.faults.clear();
  }
  const token = google.mintToken();
  for (const verifier of verifiers) t.equal(await outcome(verifier, token), 'ok');
});

t.test('without Redis Google is asked, at once and as ever', { skip: noRedis }, async (t) => {
  const google = await startGoogle(t);
  const server = await Redis.start(t, []);
  const verifier = await connectSharing(t, google, server.url);
  await verifier.verify(google.mintToken());
  await server.kill();
  let attempts = 0;
  const nobody = createServer((socket) => {
    attempts++;
    socket.destroy();
  }).listen(server.port, '127.0.0.1');
  await once(nobody, 'listening');
  const began = performance.now();
  for (let count = 0; count < 20; count++) t.equal(await outcome(verifier, google.mintToken()), 'ok');
  const seconds = (performance.now() - began) / 1000;
  t.match(verifier.stats().lookups, { started: 21, failed: 0 });
  t.ok(attempts > 0 && attempts <= 6 + seconds, 'and Redis is left alone, a second at a time');
  await new Promise((resolve) => nobody.close(resolve));
  await server.launch();
  await eventually('Redis to be used again', async () => {
    await verifier.verify(google.mintToken());
    const raw = await server.raw();
    return (await raw.dbSize()) > 0 || undefined;
  });
});

t.test('a Redis that hangs costs little more', { skip: noRedis }, async (t) => {
  const google = await startGoogle(t);
  const hanging = createServer(() => {}).listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const address = hanging.address();
  const port = typeof address === 'object' ? address?.port : 0;
  t.teardown(() => hanging.close());
  const { verifier } = startSharing(t, google, `redis://127.0.0.1:${port}`);
  const answered = await Promise.all(Array.from({ length: 20 }, () => outcome(verifier, google.mintToken())));
  t.strictSame(new Set(answered), new Set(['ok']));
  t.match(verifier.stats().lookups, { started: 20, failed: 0, sharedHits: 0 });

  const server = await Redis.start(t, []);
  const stopped = await connectSharing(t, google, server.url);
  await stopped.verify(google.mintToken());
  server.signal('SIGSTOP');
  t.equal(await outcome(stopped, google.mintToken()), 'ok');
  server.signal('SIGCONT');
});

t.test('entries that were changed, cut or put under another name are none', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const raw = await server.raw();
  const changes: Record<string, (sealed: string, other: string) => string> = {
    'a bit': (sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      bytes[20] = (bytes[20] ?? 0) ^ 1;
      return bytes.toString('base64');
    },
    'another token’s': (_sealed, other) => other,
    'cut short': (sealed) => sealed.slice(0, 20),
    'something else': () => JSON.stringify({ aud: google.clients[0]?.id }),
    nothing: () => '',
  };
  for (const [what, change] of Object.entries(changes)) {
    await raw.flushAll();
    const [token, other] = [google.mintToken(), google.mintToken()];
    const [name] = await kept(server, async () => (await connectSharing(t, google, server.url)).verify(token));
    const [otherName] = await kept(server, async () => (await connectSharing(t, google, server.url)).verify(other));
    const [sealed, otherSealed] = await raw.mGet([name ?? '', otherName ?? '']);
    await raw.set(name ?? '', change(sealed ?? '', otherSealed ?? ''), { KEEPTTL: true });
    const before = google.calls.count(lookups);
    const verifier = await connectSharing(t, google, server.url);
    t.equal((await verifier.verify(token)).subject, google.users[0]?.sub, what);
    t.equal(google.calls.count(lookups) - before, 1);
    await eventually('a good entry instead', async () => (await raw.get(name ?? '')) !== null || undefined);
    t.equal(await outcome(await connectSharing(t, google, server.url), token), 'ok');
    t.equal(google.calls.count(lookups) - before, 1);
  }
});

t.test('the word of another endpoint is not taken', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const [google, emulator] = [await startGoogle(t), await startGoogle(t)];
  const token = emulator.mintToken();
  t.equal(await outcome(await connectSharing(t, emulator, server.url), token), 'ok');
  t.equal(await outcome(await connectSharing(t, google, server.url), token), 'ERR_TOKEN_INVALID');
});

t.test('an answer is kept no longer than the token lives, or maxAgeMs', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const raw = await server.raw();
  const lives = [
    { token: google.mintToken({ lifetimeS: 60 }), most: 60_000 },
    { token: google.mintToken(), most: 300_000 },
  ];
  for (const { token, most } of lives) {
    const [name] = await kept(server, async () => outcome(await connectSharing(t, google, server.url), token));
    const left = await raw.pTTL(name ?? '');
    t.ok(left <= most && left > most - 10_000, `${left} of ${most}`);
  }
});

t.test('no answer is used for longer than maxAgeMs in all, whatever the clocks say', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const raw = await server.raw();
  const token = google.mintToken();
  const options = { maxAgeMs: 60_000 };
  const [name] = await kept(server, async () => (await connectSharing(t, google, server.url, options)).verify(token));
  const verifier = await connectSharing(t, google, server.url, options);
  // As if 54 s had passed.
  await raw.pExpire(name ?? '', 6_000);
  await verifier.verify(token);
  t.equal(verifier.stats().lookups.sharedHits, 1);
  const leftInRedis = await eventually('the end of what memory took over', async () => {
    const leftMs = await raw.pTTL(name ?? '');
    const held = verifier.peek(token) !== undefined;
    if (held && leftMs < 0) throw new Error('memory holds it for longer than Redis');
    // Asked again: the first answer is as old as this machine is slow.
    return held ? undefined : raw.pTTL(name ?? '');
  });
  t.ok(leftInRedis < 1_000, `and hardly before its end in Redis: ${leftInRedis} ms`);
  await eventually('that end', async () => (await raw.pTTL(name ?? '')) < 0 || undefined);

  await verifier.verify(token);
  await eventually('a new answer', async () => (await raw.pTTL(name ?? '')) > 50_000 || undefined);
  await raw.pExpire(name ?? '', 40_000);
  const strict = await connectSharing(t, google, server.url, { maxAgeMs: 10_000 });
  await strict.verify(token);
  t.match(strict.stats().lookups, { started: 1, sharedHits: 0 }, 'another instance may want younger answers');
  await raw.persist(name ?? '');
  const third = await connectSharing(t, google, server.url, options);
  await third.verify(token);
  t.match(third.stats().lookups, { started: 1, sharedHits: 0 }, 'an entry without an end is none of ours');
});

t.test(
  'who connects ahead is connected, leaves nothing, and is told when there is nobody',
  { skip: noRedis },
  async (t) => {
    const server = await Redis.start(t, []);
    const cache = redisTokenCache({ url: server.url });
    t.teardown(() => cache.close());
    await cache.connect();
    const connected = await connections(server);
    t.equal(connected.length, 1);
    const raw = await server.raw();
    t.strictSame(await raw.keys('*'), []);
    await cache.slot('ya29.a', 'https://x.example/tokeninfo').take(1000);
    t.strictSame(await connections(server), connected, 'by the same connection');
    const nobody = redisTokenCache({ url: 'redis://127.0.0.1:1' });
    t.teardown(() => nobody.close());
    await t.rejects(nobody.connect(), { code: 'ECONNREFUSED' });
  },
);

interface Counts {
  readonly started: number;
  readonly sharedHits: number;
}

function since(before: Counts, now: Counts): Counts {
  return { started: now.started - before.started, sharedHits: now.sharedHits - before.sharedHits };
}

function plain(principal: object): object {
  return {
    ...principal,
    scopes: 'scopes' in principal && principal.scopes instanceof Set ? [...principal.scopes] : [],
  };
}
