import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisRevocationLog, redisTokenCache } from '../src/index.ts';
import { block, texts, token } from './fixtures/entries.ts';
import { Recorder } from './fixtures/recorder.ts';

/** Each is the beginning of the next one, or looks like a key of it. */
const PREFIXES = ['a', 'a:', 'a:entries', 'a:token', 'a:token:x', 'ab', 'A', 'google-bearer'];

t.test('two prefixes share no revocation, no state, no answer and no turn', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  for (const prefix of PREFIXES) await server.settle(prefix);
  const raw = await server.raw();
  const endpoint = 'https://example.com';
  const seen = new Map<string, string>();
  for (const prefix of PREFIXES) {
    const before = new Set(await raw.keys('*'));
    await using log = redisRevocationLog({ url: server.url, prefix });
    await using cache = redisTokenCache({ url: server.url, prefix });
    const follower = new Recorder();
    log.follow(follower);
    await follower.untilConfirmed();
    t.strictSame(follower.told, [], `${prefix} is told nothing of the others`);
    const mine = [block(prefix), token(prefix)];
    for (const entry of mine) await log.append(entry);
    await follower.untilConfirmed();
    t.strictSame(texts(follower.told), texts(mine));
    const turn = await cache.slot('ya29.a', endpoint).take(60_000);
    if (!turn || !('keep' in turn)) throw new Error(`${prefix} has no turn, or another's answer`);
    await turn.keep(prefix, 60_000);
    t.match(await cache.slot('ya29.a', endpoint).take(60_000), { text: prefix });
    t.match(await cache.slot('ya29.b', endpoint).take(60_000), { keep: Function }, 'a turn that nobody else has');
    for (const key of await raw.keys('*')) {
      if (!before.has(key)) t.equal(seen.get(key), undefined);
      if (!before.has(key)) seen.set(key, prefix);
    }
  }
  for (const [key, prefix] of seen) t.ok(key.startsWith(`{${prefix}}:`), key);
});

t.test('to lose one is not to lose another', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  for (const prefix of ['a', 'a:b']) await server.settle(prefix);
  await using log = redisRevocationLog({ url: server.url, prefix: 'a:b' });
  const follower = new Recorder();
  log.follow(follower);
  await log.append(block('1'));
  const raw = await server.raw();
  await raw.del(['entries', 'blocked', 'unblocked', 'state'].map((name) => `{a}:${name}`));
  await using other = redisRevocationLog({ url: server.url, prefix: 'a' });
  await other.append(block('2'));
  await follower.untilConfirmed();
  t.strictSame(follower.errors, []);
  t.strictSame(follower.order, texts([block('1')]));
});
