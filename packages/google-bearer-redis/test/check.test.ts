import { eventually } from '@google-bearer/test-kit/eventually';
import { DURABLE, noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisRevocationLog } from '../src/index.ts';
import { logKeys } from '../src/log/keys.ts';
import { block } from './fixtures/entries.ts';
import { Recorder } from './fixtures/recorder.ts';

const keys = logKeys('google-bearer');

t.test('what is good is found good, and nothing is left of the looking', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await using log = redisRevocationLog({ url: server.url });
  await log.check();
  const raw = await server.raw();
  t.strictSame(await raw.keys('*'), []);
  await log.append(block('1'));
  await log.check();
  t.strictSame((await raw.keys('*')).sort(), [keys.blocked, keys.stream, keys.state].sort());
});

t.test('a key of another type is named: check, append and readers refuse it', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  const raw = await server.raw();
  const others: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => raw.set(key, '1'),
    list: (key) => raw.lPush(key, '1'),
    set: (key) => raw.sAdd(key, '1'),
    zset: (key) => raw.zAdd(key, { score: 1, value: '1' }),
    hash: (key) => raw.hSet(key, 'a', '1'),
    stream: (key) => raw.xAdd(key, '*', { a: '1' }),
  };
  const right: Record<string, string> = { [keys.stream]: 'stream', [keys.blocked]: 'hash', [keys.unblocked]: 'zset' };
  for (const key of [keys.stream, keys.blocked, keys.unblocked, keys.state]) {
    for (const [type, put] of Object.entries(others)) {
      if (type === (right[key] ?? 'hash')) continue;
      await put(key);
      await using log = redisRevocationLog({ url: server.url });
      const message = `The key ${key} holds something else: use another prefix`;
      await t.rejects(log.check(), { code: 'ERR_REDIS_UNFIT', message }, `${key}, a ${type}`);
      await t.rejects(log.append(block('1')), { code: 'ERR_REDIS_UNFIT', message });
      const follower = new Recorder();
      log.follow(follower);
      await follower.until('a report', () => follower.errors.length > 0);
      t.match(follower.errors[0], { code: 'ERR_REDIS_UNFIT', message });
      t.equal(await raw.type(key), type, 'and left alone');
      await raw.flushAll();
    }
  }
});

t.test('a node of a cluster without our slot is refused, the one that has it is not', { skip: noRedis }, async (t) => {
  const args = [...DURABLE, '--cluster-enabled', 'yes'];
  const [one, two] = [await Redis.start(t, args), await Redis.start(t, args)];
  await using here = redisRevocationLog({ url: one.url });
  await using there = redisRevocationLog({ url: two.url });
  const refusal = { code: 'ERR_REDIS_UNFIT', message: /slot|cluster/ };
  for (const log of [here, there]) await t.rejects(log.check(), refusal, 'nobody has it');
  const [raw, other] = [await one.raw(), await two.raw()];
  const slot = await raw.clusterKeySlot(keys.stream);
  await raw.clusterAddSlotsRange({ start: 0, end: slot });
  await other.clusterAddSlotsRange({ start: slot + 1, end: 16_383 });
  await raw.clusterMeet('127.0.0.1', two.port);
  await eventually('the cluster', async () => {
    const infos = await Promise.all([raw.clusterInfo(), other.clusterInfo()]);
    return infos.every((info) => /cluster_state:ok/.test(String(info))) || undefined;
  });
  await here.check();
  await here.append(block('1'));
  await t.rejects(there.check(), refusal);
  await t.rejects(there.append(block('1')), refusal);
  const follower = new Recorder();
  there.follow(follower);
  await follower.until('a report', () => follower.errors.length > 0);
  t.match(follower.errors[0], refusal);
});

t.test('a Redis that was told to forget commands is refused', { skip: noRedis }, async (t) => {
  for (const command of ['EVAL', 'XADD', 'XTRIM', 'HSETNX', 'ZADD']) {
    const server = await Redis.start(t, [...DURABLE, '--rename-command', command, '']);
    await using log = redisRevocationLog({ url: server.url });
    await t.rejects(log.check(), { code: 'ERR_REDIS_UNFIT', message: /6\.2/ }, command);
  }
});

t.test('a replica is refused, also when it holds the log', { skip: noRedis }, async (t) => {
  const master = await Redis.start(t);
  await using log = redisRevocationLog({ url: master.url });
  await log.append(block('1'));
  const replica = await Redis.replica(t, master);
  await using there = redisRevocationLog({ url: replica.url });
  await t.rejects(there.check(), { code: 'ERR_REDIS_UNFIT', message: /replica/ });
});

t.test('a Redis without its replicas is refused while it minds them', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, [...DURABLE, '--min-replicas-to-write', '1']);
  await using log = redisRevocationLog({ url: server.url });
  await t.rejects(log.check(), { message: /NOREPLICAS / });
});
