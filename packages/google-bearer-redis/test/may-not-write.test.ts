import { eventually, failure } from '@google-bearer/test-kit/eventually';
import { DURABLE, noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisRevocationLog } from '../src/index.ts';
import { logKeys } from '../src/log/keys.ts';
import { FRESH_SETTLE_MS, SETTLE_MS } from '../src/log/timing.ts';
import { block, texts, token, unblock } from './fixtures/entries.ts';
import { outcome, startGoogle, startInstance, untilConfirmed } from './fixtures/instance.ts';
import { Recorder } from './fixtures/recorder.ts';

// Most of it is waiting, for Redis to settle and for deadlines. Each test needs options of its own: tap writes into them.
t.jobs = 4;

const keys = logKeys('google-bearer');

/** A Redis with a user, `reader`, who may read the log and nothing else. It knows that user after a restart, too. */
async function startRead(t: Parameters<typeof Redis.start>[0]): Promise<{ server: Redis; url: string }> {
  const rules = ['on', '>x', 'resetchannels', '%R~{google-bearer}:*', '-@all'];
  const rights = ['hello', 'info', 'time', 'hmget', 'hscan', 'xread', 'xrange', 'zscore'];
  const user = ['--user', 'reader', ...rules, ...rights.map((right) => `+${right}`)];
  const server = await Redis.start(t, [...DURABLE, ...user]);
  return { server, url: `redis://reader:x@127.0.0.1:${server.port}` };
}

t.test(
  'who may not write reads on, and is told that nothing is stored',
  { skip: noRedis, buffered: true },
  async (t) => {
    const { server, url } = await startRead(t);
    await server.settle();
    await using writer = redisRevocationLog({ url: server.url });
    await using reader = redisRevocationLog({ url });
    const follower = new Recorder();
    reader.follow(follower);
    await follower.untilConfirmed();
    const entries = [token('a'), block('1'), unblock('1'), block('2')];
    for (const entry of entries) await writer.append(entry);
    await follower.untilConfirmed();
    t.strictSame(follower.order, texts(entries));
    t.match(await failure(reader.append(token('b'))), { message: /^NOPERM / });
    await t.rejects(reader.check(), { message: /^NOPERM / });
    t.strictSame(follower.errors, []);
  },
);

t.test(
  'it reads a new run of Redis that nobody has marked, as late as if it were',
  { skip: noRedis, buffered: true },
  async (t) => {
    const { server, url } = await startRead(t);
    await server.settle();
    await using writer = redisRevocationLog({ url: server.url });
    await writer.append(block('1'));
    await using reader = redisRevocationLog({ url });
    const [early, late] = [new Recorder(), new Recorder()];
    reader.follow(early);
    await early.untilConfirmed();
    await server.kill();
    // Before, since the reader may be there sooner than this test hears of it.
    const launched = Date.now();
    await server.launch();
    reader.follow(late);
    const confirmed = early.confirmedAt.length;
    await Promise.all([early.untilConfirmed(), late.untilConfirmed()]);
    for (const at of [...late.confirmedAt, ...early.confirmedAt.slice(confirmed)]) t.ok(at >= launched + SETTLE_MS);
    t.strictSame(late.order, texts([block('1')]));
    const raw = await server.raw();
    t.equal(await raw.hGet(keys.state, 'settlesAt'), null, 'nobody has marked it');
  },
);

t.test(
  'it reads a log that nobody has begun, as late as if it had, and later what others put there',
  { skip: noRedis, buffered: true },
  async (t) => {
    const { server, url } = await startRead(t);
    const began = Date.now();
    await using reader = redisRevocationLog({ url });
    const follower = new Recorder();
    reader.follow(follower);
    await follower.untilConfirmed();
    t.ok(follower.confirmedAt.every((at) => at >= began + FRESH_SETTLE_MS));
    await using writer = redisRevocationLog({ url: server.url });
    const appended = Date.now();
    await writer.append(block('1'));
    await follower.until('the block', () => follower.told.length > 0);
    await follower.untilConfirmed();
    const settlesAt = Number(await (await server.raw()).hGet(keys.state, 'settlesAt'));
    const since = follower.confirmedAt.filter((_, index) => (follower.confirmations[index] ?? 0) > appended);
    // On the clock of Redis, which cuts to whole ms as ours does.
    t.ok(since.every((at) => at >= settlesAt - 2));
  },
);

t.test(
  'what Redis has lost stays in force with who may not write it back',
  { skip: noRedis, buffered: true },
  async (t) => {
    const { server, url } = await startRead(t);
    await server.settle();
    const google = await startGoogle(t);
    const [reading, writing] = [startInstance(t, google, { url }), startInstance(t, google, { url: server.url })];
    await Promise.all([reading.verifier.ready(), writing.verifier.ready()]);
    const revoked = google.mintToken();
    await writing.verifier.revokeToken(revoked);
    await untilConfirmed(reading.verifier);
    await writing.verifier.close();
    const raw = await server.raw();
    await raw.flushAll();
    const seen = new Set<string>();
    await eventually('a confirmation after the loss', async () => {
      seen.add(await outcome(reading.verifier, revoked));
      return (await raw.hGet(keys.state, 'epoch')) === null && reading.verifier.stats().revocations.ageMs > 5000
        ? true
        : undefined;
    });
    await untilConfirmed(reading.verifier);
    seen.add(await outcome(reading.verifier, revoked));
    t.strictSame(seen, new Set(['ERR_TOKEN_REVOKED']));
  },
);

t.test(
  'where Redis minds its replicas, who may not write cannot tell whether they are there, and refuses',
  { skip: noRedis, buffered: true },
  async (t) => {
    const { server, url } = await startRead(t);
    await server.settle();
    await using reader = redisRevocationLog({ url });
    const follower = new Recorder();
    reader.follow(follower);
    await follower.untilConfirmed();
    const raw = await server.raw();
    await raw.configSet('min-replicas-to-write', '1');
    await follower.until('two reports', () => follower.errors.length > 1);
    t.match(follower.errors.at(-1), { code: 'ERR_REDIS_UNFIT', message: /hdel/ });
    await raw.configSet('min-replicas-to-write', '0');
    await follower.untilConfirmed();
    await raw.aclSetUser('reader', ['+hdel', `%RW~${keys.state}`]);
    await raw.configSet('min-replicas-to-write', '1');
    await follower.until('the reason itself', () =>
      /^NOREPLICAS /.test(String(Reflect.get(Object(follower.errors.at(-1)), 'message'))),
    );
  },
);
