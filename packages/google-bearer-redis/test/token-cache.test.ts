import { once } from 'node:events';
import { createServer } from 'node:net';
import { t } from 'tap';
import { redisTokenCache } from '../src/index.ts';
import { eventually } from './fixtures/eventually.ts';
import { connectSharing, outcome, startGoogle, startSharing } from './fixtures/instance.ts';
import { Redis, redis } from './fixtures/server.ts';

const lookups = '/tokeninfo';

t.test('a token costs one lookup, whichever instances it meets', redis, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const [one, two] = await Promise.all([connectSharing(t, google, server.url), connectSharing(t, google, server.url)]);
  const token = google.mintToken();
  const principal = await one.verify(token);
  t.strictSame(plain(await two.verify(token)), plain(principal));
  t.ok(two.peek(token, { scopes: ['email'] }));
  t.equal(google.calls.count(lookups), 1);
  t.match(two.stats().lookups, { started: 0, sharedHits: 1, sharedFailures: 0 });
  t.match(one.stats().lookups, { started: 1, sharedHits: 0, sharedFailures: 0 });
});

t.test('what memory knows is not asked of Redis', redis, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const verifier = await connectSharing(t, google, server.url);
  const token = google.mintToken();
  await verifier.verify(token);
  await t.rejects(verifier.verify('ya29.bad'), { code: 'ERR_TOKEN_INVALID' });
  const raw = await server.raw();
  const evals = async () => /cmdstat_eval:calls=(\d+)/.exec(await raw.info('commandstats'))?.[1];
  await eventually('both answers to be kept', async () => (await raw.dbSize()) === 2 || undefined);
  const before = await evals();
  for (let round = 0; round < 10; round++) {
    await verifier.verify(token);
    await t.rejects(verifier.verify('ya29.bad'), { code: 'ERR_TOKEN_INVALID' });
  }
  t.equal(await evals(), before);
});

t.test('a bad token costs one lookup as well', redis, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const [one, two] = await Promise.all([connectSharing(t, google, server.url), connectSharing(t, google, server.url)]);
  for (const verifier of [one, two]) await t.rejects(verifier.verify('ya29.bad'), { code: 'ERR_TOKEN_INVALID' });
  t.equal(google.calls.count(lookups), 1);
  t.throws(() => two.peek('ya29.bad'), { code: 'ERR_TOKEN_INVALID' });
});

t.test('an outage of Google is shared with nobody', redis, async (t) => {
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

t.test('50 instances that meet a token at once ask Google once', redis, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const verifiers = await Promise.all(Array.from({ length: 50 }, () => connectSharing(t, google, server.url)));
  google.faults.set({ path: lookups, kind: 'latency', ms: 200 });
  const before = google.calls.count(lookups);
  const token = google.mintToken();
  const outcomes = await Promise.all(verifiers.map((verifier) => outcome(verifier, token)));
  t.strictSame(new Set(outcomes), new Set(['ok']));
  t.equal(google.calls.count(lookups) - before, 1);
});

t.test('an instance that dies with the turn costs the others half their time', redis, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const token = google.mintToken();
  const options = { timeoutMs: 1200 };
  const verifiers = await Promise.all(Array.from({ length: 5 }, () => connectSharing(t, google, server.url, options)));
  const before = google.calls.count(lookups);
  await using dead = redisTokenCache({ url: server.url });
  t.match(await dead.slot(token, `${google.url}/tokeninfo`).take(600), { keep: Function });
  const outcomes = await Promise.all(verifiers.map((verifier) => outcome(verifier, token)));
  t.strictSame(new Set(outcomes), new Set(['ok']));
  t.equal(google.calls.count(lookups) - before, 1, 'the next one to have the turn asked for all');
});

t.test('without Redis Google is asked, at once and as ever', redis, async (t) => {
  const google = await startGoogle(t);
  const server = await Redis.start(t, []);
  const verifier = await connectSharing(t, google, server.url);
  await verifier.verify(google.mintToken());
  await server.kill();
  for (let count = 0; count < 20; count++) t.equal(await outcome(verifier, google.mintToken()), 'ok');
  t.match(verifier.stats().lookups, { started: 21, failed: 0 });
  t.ok(verifier.stats().lookups.sharedFailures < 20, 'and Redis is left alone for a while');
  await server.launch();
  await eventually('Redis to be used again', async () => {
    await verifier.verify(google.mintToken());
    const raw = await server.raw();
    return (await raw.dbSize()) > 0 || undefined;
  });
});

t.test('a Redis that hangs costs little more', redis, async (t) => {
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

t.test('entries that were changed, cut or put under another name are none', redis, async (t) => {
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

t.test('the word of another endpoint is not taken', redis, async (t) => {
  const server = await Redis.start(t, []);
  const [google, emulator] = [await startGoogle(t), await startGoogle(t)];
  const token = emulator.mintToken();
  t.equal(await outcome(await connectSharing(t, emulator, server.url), token), 'ok');
  t.equal(await outcome(await connectSharing(t, google, server.url), token), 'ERR_TOKEN_INVALID');
});

t.test('an answer is kept no longer than the token lives, or maxAgeMs', redis, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const raw = await server.raw();
  const lives = [
    { token: google.mintToken({ lifetimeS: 60 }), most: 60_000 },
    { token: google.mintToken(), most: 300_000 },
    { token: 'ya29.bad', most: 300_000 },
  ];
  for (const { token, most } of lives) {
    const [name] = await kept(server, async () => outcome(await connectSharing(t, google, server.url), token));
    const left = await raw.pTTL(name ?? '');
    t.ok(left <= most && left > most - 10_000, `${left} of ${most}`);
  }
});

t.test('no answer is used for longer than maxAgeMs in all, whatever the clocks say', redis, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const raw = await server.raw();
  const token = google.mintToken();
  const options = { maxAgeMs: 60_000 };
  const [name] = await kept(server, async () => (await connectSharing(t, google, server.url, options)).verify(token));
  // As if 57 s had passed.
  await raw.pExpire(name ?? '', 3_000);
  const verifier = await connectSharing(t, google, server.url, options);
  await verifier.verify(token);
  t.equal(verifier.stats().lookups.sharedHits, 1);
  await eventually('the end of what memory took over', () => (verifier.peek(token) === undefined ? true : undefined));
  const left = await raw.pTTL(name ?? '');
  t.ok(left < 1_000, `not before its end in Redis, give or take the way there: ${left} ms`);
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

t.test('a revocation that arrives while another instance asks wins', redis, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const [one, two] = await Promise.all([connectSharing(t, google, server.url), connectSharing(t, google, server.url)]);
  google.faults.set({ path: lookups, kind: 'latency', ms: 300 });
  const token = google.mintToken();
  const asked = outcome(one, token);
  await eventually('the turn to be taken', async () => {
    const raw = await server.raw();
    return (await raw.keys('*:turn:*')).length > 0 || undefined;
  });
  const waits = outcome(two, token);
  await two.revokeToken(token);
  t.strictSame(await Promise.all([asked, waits]), ['ok', 'ERR_TOKEN_REVOKED']);
});

t.test('an answer that comes after the turn was lost is not kept', redis, async (t) => {
  const server = await Redis.start(t, []);
  await using cache = redisTokenCache({ url: server.url });
  const slot = cache.slot('ya29.a', 'https://example.com');
  const first = await slot.take(20);
  const second = await eventually('the end of the turn', () => slot.take(1000));
  if (!first || !second || !('keep' in first) || !('keep' in second)) throw new Error('no turns');
  await first.keep('old', 60_000);
  t.equal(await slot.take(1000), undefined);
  await second.keep('new', 60_000);
  t.match(await slot.take(1000), { text: 'new' });
  await first.release();
  t.match(await slot.take(1000), { text: 'new' });
  await cache.close();
  await t.rejects(slot.take(1000), { message: 'The token cache is closed' });
});

/** The names of the entries that came to be meanwhile. */
async function kept(server: Redis, work: () => Promise<unknown>): Promise<readonly string[]> {
  const raw = await server.raw();
  const before = new Set(await raw.keys('*:token:*'));
  await work();
  return eventually('an entry', async () => {
    const fresh = (await raw.keys('*:token:*')).filter((name) => !before.has(name));
    return fresh.length > 0 ? fresh : undefined;
  });
}

function plain(principal: object): object {
  return {
    ...principal,
    scopes: 'scopes' in principal && principal.scopes instanceof Set ? [...principal.scopes] : [],
  };
}

t.test('who connects ahead is connected, and is told when there is nobody', redis, async (t) => {
  const server = await Redis.start(t, []);
  const cache = redisTokenCache({ url: server.url });
  t.teardown(() => cache.close());
  await cache.connect();
  const clients = async (): Promise<readonly string[]> =>
    String(await (await server.raw()).sendCommand(['CLIENT', 'LIST']))
      .split('\n')
      .filter((line) => line.includes('name=google-bearer-cache'));
  const [connected] = await clients();
  t.ok(connected);
  await cache.slot('ya29.a', 'https://x.example/tokeninfo').take(1000);
  const [still = ''] = await clients();
  t.equal(/^id=\d+/.exec(still)?.[0], /^id=\d+/.exec(connected ?? '')?.[0], 'by the same connection');
  const nobody = redisTokenCache({ url: 'redis://127.0.0.1:1' });
  t.teardown(() => nobody.close());
  await t.rejects(nobody.connect(), { code: 'ECONNREFUSED' });
});
