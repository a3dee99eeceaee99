import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@google-bearer/test-kit/eventually';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisRevocationLog } from '../src/index.ts';
import { logKeys } from '../src/log/keys.ts';
import { FRESH_SETTLE_MS, SETTLE_MS } from '../src/log/timing.ts';
import { sha256, token } from './fixtures/entries.ts';
import { outcome, startGoogle, startInstance, untilConfirmed } from './fixtures/instance.ts';
import { Recorder } from './fixtures/recorder.ts';
import { Wire } from './fixtures/wire.ts';

// Most of it is waiting, for Redis to settle and for deadlines. Each test needs options of its own: tap writes into them.
t.jobs = 4;

const keys = logKeys('google-bearer');

/** Until when nobody is to confirm, by the clock of Redis, which is that of this machine. */
async function settlesAt(server: Redis): Promise<number> {
  const raw = await server.raw();
  return Number(await eventually('the key', async () => (await raw.hGet(keys.state, 'settlesAt')) ?? undefined));
}

t.test('nobody confirms until those who know more can have come back', { skip: noRedis, buffered: true }, async (t) => {
  const server = await Redis.start(t);
  await using log = redisRevocationLog({ url: server.url });
  const before = Date.now();
  await log.append(token('a'));
  const after = Date.now();
  const ends = await settlesAt(server);
  // On the clock of Redis, which cuts to whole ms as ours does.
  t.ok(ends >= before + FRESH_SETTLE_MS && ends <= after + FRESH_SETTLE_MS, 'after the log began');
  const follower = new Recorder();
  log.follow(follower);
  await follower.untilConfirmed();
  t.ok(follower.confirmedAt.every((at) => at >= ends));

  await server.kill();
  await server.launch();
  const launched = Date.now();
  const again = await eventually('a later time', async () => {
    const at = await settlesAt(server);
    return at > ends ? at : undefined;
  });
  t.ok(again > launched);
  const confirmed = follower.confirmedAt.length;
  await follower.untilConfirmed();
  t.ok(
    follower.confirmedAt.slice(confirmed).every((at) => at >= again),
    'after a restart',
  );
  t.ok(SETTLE_MS < FRESH_SETTLE_MS);
});

t.test('to write back makes the time longer, never shorter', { skip: noRedis, buffered: true }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  const google = await startGoogle(t);
  const { verifier } = startInstance(t, google, { url: server.url });
  await verifier.ready();
  await verifier.revokeTokenSha256(sha256('a'));
  const raw = await server.raw();
  await raw.flushAll();
  const ends = await settlesAt(server);
  await eventually('what was lost', async () => (await raw.xLen(keys.stream)) === 1 || undefined);
  t.ok((await settlesAt(server)) >= ends);
});

t.test(
  'the machine of Redis vanishes: a newcomer waits for who knows what was revoked',
  { skip: noRedis, buffered: true },
  async (t) => {
    const [gone, empty] = [await Redis.start(t), await Redis.start(t)];
    await gone.settle();
    const google = await startGoogle(t);
    const wire = await Wire.start(t, gone.port);
    const old = startInstance(t, google, { url: wire.url });
    await old.verifier.ready();
    const revoked = google.mintToken();
    await old.verifier.revokeToken(revoked);
    // It takes its connections with it, and nobody is told.
    gone.signal('SIGSTOP');
    wire.lead(empty.port);
    const newcomer = startInstance(t, google, { url: empty.url });
    const seen = new Set<string>();
    const fresh = new AbortController();
    const freshly = untilConfirmed(newcomer.verifier).finally(() => fresh.abort());
    while (!fresh.signal.aborted) {
      seen.add(await outcome(newcomer.verifier, revoked));
      await sleep(10);
    }
    await freshly;
    seen.add(await outcome(newcomer.verifier, revoked));
    t.strictSame(seen, new Set(['ERR_REVOCATIONS_STALE', 'ERR_TOKEN_REVOKED']));
  },
);

t.test('instances that all write back write each entry once', { skip: noRedis, buffered: true }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  const google = await startGoogle(t);
  const instances = Array.from({ length: 5 }, () => startInstance(t, google, { url: server.url }));
  await Promise.all(instances.map(({ verifier }) => verifier.ready()));
  const [first] = instances;
  const hashes = Array.from({ length: 5500 }, (_, index) => sha256(`${index}`));
  for (let done = 0; done < hashes.length; done += 250) {
    await Promise.all(hashes.slice(done, done + 250).map((hash) => first?.verifier.revokeTokenSha256(hash)));
  }
  await first?.verifier.blockSubject('1', { reason: 'asked for it', by: 'admin' });
  await first?.verifier.revokeSubject('2', { by: 'self' });
  await untilConfirmed(...instances.map(({ verifier }) => verifier));
  const raw = await server.raw();
  const before = await elements(server);
  t.equal(before.length, hashes.length + 2);
  await raw.flushAll();
  await untilConfirmed(...instances.map(({ verifier }) => verifier));
  await eventually('what was lost', async () => (await raw.xLen(keys.stream)) >= before.length || undefined);
  t.strictSame((await elements(server)).toSorted(), before.toSorted());
});

/** What each revokes, and what is said about it. */
async function elements(server: Redis): Promise<readonly string[]> {
  const raw = await server.raw();
  return ((await raw.xRange(keys.stream, '-', '+')) ?? []).map(({ message }) => `${message.e} ${message.n}`);
}
