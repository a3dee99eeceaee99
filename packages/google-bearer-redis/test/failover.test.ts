import { eventually, failure } from '@google-bearer/test-kit/eventually';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisRevocationLog, redisTokenCache } from '../src/index.ts';
import { logKeys } from '../src/log/keys.ts';
import { block, texts, token } from './fixtures/entries.ts';
import { outcome, startGoogle, startInstance } from './fixtures/instance.ts';
import { Recorder } from './fixtures/recorder.ts';
import { Wire } from './fixtures/wire.ts';

// Most of it is waiting, for Redis to settle and for deadlines. Each test needs options of its own: tap writes into them.
t.jobs = 4;

const { stream } = logKeys('google-bearer');

/** Ends the connections of one name. */
async function cut(server: Redis, name: string): Promise<void> {
  const raw = await server.raw();
  const lines = String(await raw.sendCommand(['CLIENT', 'LIST'])).split('\n');
  for (const line of lines.filter((each) => each.includes(`name=${name}`))) {
    await raw.sendCommand(['CLIENT', 'KILL', 'ID', /^id=(\d+)/.exec(line)?.[1] ?? '']);
  }
}

/** Makes a master refuse to write while it has no replica, and waits until it sees this many. */
async function guard(master: Redis, replicas: number): Promise<void> {
  const raw = await master.raw();
  await raw.configSet('min-replicas-to-write', '1');
  await eventually('the replicas', async () => {
    return (await master.replication('min_slaves_good_slaves')) === String(replicas) || undefined;
  });
}

t.test(
  'a demoted master is left for the one that its address leads to',
  { skip: noRedis, buffered: true },
  async (t) => {
    const old = await Redis.start(t);
    await old.settle();
    const promoted = await Redis.replica(t, old);
    const wire = await Wire.start(t, old.port);
    await using log = redisRevocationLog({ url: wire.url });
    await using cache = redisTokenCache({ url: wire.url });
    await log.append(token('before'));
    const slot = cache.slot('ya29.a', 'https://example.com');
    const turn = await slot.take(60_000);
    if (!turn || !('release' in turn)) throw new Error('no turn');
    await turn.release();

    await promoted.inSync(old);
    await promoted.promote();
    wire.lead(promoted.port);
    await old.demote(promoted);
    t.match(await failure(log.append(token('at the old one'))), { message: /^READONLY / });
    await log.append(token('after'));
    t.match(await failure(slot.take(1000)), { message: /^READONLY / });
    t.match(await slot.take(1000), { release: Function });
    const raw = await promoted.raw();
    t.equal(await raw.xLen(stream), 2);
  },
);

t.test('a master without its replicas is left as well', { skip: noRedis, buffered: true }, async (t) => {
  const old = await Redis.start(t);
  await old.settle();
  const promoted = await Redis.replica(t, old);
  await guard(old, 1);
  const wire = await Wire.start(t, old.port);
  await using log = redisRevocationLog({ url: wire.url });
  await log.append(token('before'));
  await promoted.promote();
  wire.lead(promoted.port);
  await guard(old, 0);
  t.match(await failure(log.append(token('at the old one'))), { message: /^NOREPLICAS / });
  await log.append(token('after'));
});

t.test(
  'what an old master stored is not acknowledged to those who read the new one',
  { skip: noRedis, buffered: true },
  async (t) => {
    const old = await Redis.start(t);
    await old.settle();
    const promoted = await Redis.replica(t, old);
    const wire = await Wire.start(t, old.port);
    await using log = redisRevocationLog({ url: wire.url });
    const follower = new Recorder();
    log.follow(follower);
    await log.append(token('before'));
    await promoted.inSync(old);
    await promoted.promote();
    wire.lead(promoted.port);
    await cut(old, 'google-bearer-reader');
    // As if the clock of the new one were ahead: its ids are later than those that the old one gives.
    const ahead = token('ahead');
    const raw = await promoted.raw();
    await raw.xAdd(stream, `${Date.now() + 3_600_000}-0`, { e: JSON.stringify(ahead) });
    await follower.until('the new master', () => follower.order.includes(texts([ahead])[0] ?? ''));

    const lost = token('lost');
    t.match(await failure(log.append(lost)), { code: 'ERR_REDIS_TIMEOUT' });
    t.notMatch(follower.order, texts([lost]));
    await log.append(lost);
    t.equal(follower.order.at(-1), texts([lost])[0], 'asked again, it is stored at the new one');
  },
);

t.test(
  'what a master has lost by being a replica for a while is written back',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    const other = await Redis.replica(t, server);
    const google = await startGoogle(t);
    const { verifier } = startInstance(t, google, { url: server.url });
    await verifier.ready();
    await verifier.blockSubject('somebody');
    await other.inSync(server);
    await other.promote();
    const revoked = google.mintToken();
    await verifier.revokeToken(revoked);
    await server.demote(other);
    const raw = await server.raw();
    t.equal(await raw.xLen(stream), 1, 'it has the history of the other one');
    // The same process, the same log, and a shorter history.
    await server.promote();
    await eventually('the revocation', async () => (await raw.xLen(stream)) === 2 || undefined);
    const late = startInstance(t, google, { url: server.url });
    await late.verifier.ready();
    t.equal(await outcome(late.verifier, revoked), 'ERR_TOKEN_REVOKED');
  },
);

t.test(
  'so a newcomer waits for who knows it, though the process and its log are the same',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t);
    const other = await Redis.replica(t, server);
    await server.settle();
    const google = await startGoogle(t);
    const wire = await Wire.start(t, server.port);
    const old = startInstance(t, google, { url: wire.url });
    await old.verifier.ready();
    await other.inSync(server);
    await other.promote();
    const revoked = google.mintToken();
    await old.verifier.revokeToken(revoked);
    wire.cut();
    await server.demote(other);
    await server.promote();
    const newcomer = startInstance(t, google, { url: server.url });
    const seen = new Set<string>();
    // It waits for news: it has asked Redis all that it asks before it confirms.
    await eventually('the newcomer', async () => {
      seen.add(await outcome(newcomer.verifier, revoked));
      const clients = String(await (await server.raw()).sendCommand(['CLIENT', 'LIST']));
      return /name=google-bearer-reader .*cmd=xread/.test(clients) || undefined;
    });
    wire.mend();
    await eventually('a confirmation', async () => {
      seen.add(await outcome(newcomer.verifier, revoked));
      return newcomer.verifier.stats().revocations.ready || undefined;
    });
    seen.add(await outcome(newcomer.verifier, revoked));
    t.strictSame(seen, new Set(['ERR_REVOCATIONS_STALE', 'ERR_TOKEN_REVOKED']));
  },
);

t.test(
  'a master that has lost its replicas confirms nothing: another may have been promoted',
  { skip: noRedis, buffered: true },
  async (t) => {
    const old = await Redis.start(t);
    await old.settle();
    const other = await Redis.replica(t, old);
    await guard(old, 1);
    await using log = redisRevocationLog({ url: old.url });
    const follower = new Recorder();
    log.follow(follower);
    await follower.untilConfirmed();
    await other.promote();
    await guard(old, 0);
    const alone = Date.now();
    // A newcomer is no better off than who was there.
    await using newcomer = redisRevocationLog({ url: old.url });
    const late = new Recorder();
    newcomer.follow(late);
    for (const each of [follower, late]) {
      await each.until('some reports', () => each.errors.length > 3);
      t.match(each.errors.at(-1), { message: /^NOREPLICAS / });
    }
    t.notOk(follower.confirmations.some((asOf) => asOf > alone));
    t.strictSame(late.confirmations, []);
    // Meanwhile the other one acknowledges what this one will never hear of.
    await using there = redisRevocationLog({ url: other.url });
    await there.append(block('1'));
    t.strictSame(follower.told, []);

    await old.demote(other);
    await old.promote();
    await other.demote(old);
    await Promise.all([follower.untilConfirmed(), late.untilConfirmed()]);
    for (const each of [follower, late]) t.strictSame(each.order, texts([block('1')]));
  },
);

t.test('to be confirmed costs Redis no write', { skip: noRedis, buffered: true }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  await using log = redisRevocationLog({ url: server.url });
  const follower = new Recorder();
  log.follow(follower);
  await follower.untilConfirmed();
  const raw = await server.raw();
  const written = async () => /^aof_current_size:(\d+)/m.exec(await raw.info('persistence'))?.[1];
  const before = await written();
  const confirmed = follower.confirmations.length;
  await follower.until('some confirmations', () => follower.confirmations.length > confirmed + 5);
  t.ok(before);
  t.equal(await written(), before);
});
