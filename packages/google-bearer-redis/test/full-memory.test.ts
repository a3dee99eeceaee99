import { eventually, failure } from '@google-bearer/test-kit/eventually';
import { DURABLE, noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisRevocationLog, redisTokenCache } from '../src/index.ts';
import { logKeys } from '../src/log/keys.ts';
import { SETTLE_MS } from '../src/log/timing.ts';
import { block, everyone, subject, texts, token, unblock } from './fixtures/entries.ts';
import { connectSharing, outcome, startGoogle, startInstance, untilConfirmed } from './fixtures/instance.ts';
import { giveMemory, useUpMemory } from './fixtures/pressure.ts';
import { Recorder } from './fixtures/recorder.ts';
import { Wire } from './fixtures/wire.ts';

const keys = logKeys('google-bearer');

t.test(
  'memory is used up: nothing new is stored, by all or nothing, and what is there is read',
  { skip: noRedis },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    await using log = redisRevocationLog({ url: server.url });
    const follower = new Recorder();
    log.follow(follower);
    const before = [token('before'), block('1')];
    for (const entry of before) await log.append(entry);
    await useUpMemory(server);
    for (const entry of [token('a'), subject('2'), everyone(), block('3'), unblock('1')]) {
      t.match(await failure(log.append(entry)), { message: /^OOM / }, entry.type);
    }
    await follower.untilConfirmed();
    t.strictSame(follower.order, texts(before));
    const raw = await server.raw();
    t.equal(await raw.xLen(keys.stream), 2);
    t.equal(await raw.hLen(keys.blocked), 1);
    await log.check();
    await giveMemory(server);
    await log.append(unblock('1'));
    t.equal(follower.order.at(-1), texts([unblock('1')])[0]);
  },
);

t.test('who asks to revoke is told that it was not stored', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  const google = await startGoogle(t);
  const { verifier } = startInstance(t, google, { url: server.url });
  await verifier.ready();
  const good = google.mintToken();
  await useUpMemory(server);
  t.match(await failure(verifier.revokeToken(good)), { code: 'ERR_REVOCATION_NOT_STORED', statusCode: 503 });
  await giveMemory(server);
  await verifier.revokeToken(good);
  t.equal(await outcome(verifier, good), 'ERR_TOKEN_REVOKED');
});

t.test('readers come, and come back, while memory is used up', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  const wire = await Wire.start(t, server.port);
  await using log = redisRevocationLog({ url: wire.url });
  await log.append(block('1'));
  const follower = new Recorder();
  log.follow(follower);
  await follower.untilConfirmed();
  await useUpMemory(server);
  wire.cut();
  await follower.until('a report', () => follower.errors.length > 0);
  wire.mend();
  await follower.untilConfirmed();
  const newcomer = new Recorder();
  log.follow(newcomer);
  await newcomer.untilConfirmed();
  t.strictSame(newcomer.order, texts([block('1')]));
});

for (const data of ['kept', 'lost'] as const) {
  t.test(
    `a Redis without room is restarted, its data ${data}: what is known is there, and others wait`,
    { skip: noRedis },
    async (t) => {
      const server = await Redis.start(t, [...DURABLE, '--maxmemory', '1', '--maxmemory-policy', 'noeviction']);
      await giveMemory(server);
      await server.settle();
      const google = await startGoogle(t);
      const { verifier } = startInstance(t, google, { url: server.url });
      await verifier.ready();
      const revoked = google.mintToken();
      await verifier.revokeToken(revoked);
      await verifier.blockSubject('somebody');
      await server.kill();
      if (data === 'lost') server.loseData();
      const launched = performance.now();
      // From its beginning on there is no room in it.
      await server.launch();
      const newcomer = startInstance(t, google, { url: server.url });
      await newcomer.verifier.ready();
      t.ok(performance.now() - launched > SETTLE_MS);
      t.equal(await outcome(newcomer.verifier, revoked), 'ERR_TOKEN_REVOKED');
      t.equal(newcomer.verifier.stats().revocations.blocked, 1);
      t.match(await failure(verifier.revokeToken(google.mintToken())), { code: 'ERR_REVOCATION_NOT_STORED' });
      await untilConfirmed(verifier);
    },
  );
}

t.test('trimming makes room while there is none', { skip: noRedis }, async (t) => {
  // Readers look for what can be trimmed as soon as they can.
  t.intercept(Math, 'random', { value: () => 0 });
  const server = await Redis.start(t);
  await server.settle();
  const raw = await server.raw();
  const long = Date.now() - 7_200_000;
  const alive = token('alive');
  for (const entry of [token('dead', long), alive]) {
    await raw.xAdd(keys.stream, `${long}-*`, { e: JSON.stringify(entry) });
  }
  await useUpMemory(server);
  await using log = redisRevocationLog({ url: server.url });
  const follower = new Recorder();
  log.follow(follower);
  await eventually('the trimming', async () => (await raw.xLen(keys.stream)) === 1 || undefined);
  await follower.untilConfirmed();
  t.strictSame(follower.order, texts([token('dead', long), alive]));
  t.strictSame(follower.errors, []);
});

t.test('where nothing is evicted, the cache leaves the log a quarter of the memory', { skip: noRedis }, async (t) => {
  const limit = 4 * 1024 * 1024;
  const server = await Redis.start(t, ['--maxmemory', String(limit), '--maxmemory-policy', 'noeviction']);
  await server.settle();
  await using cache = redisTokenCache({ url: server.url });
  await cache.connect();
  const answer = 'x'.repeat(1000);
  const slotOf = (index: number) => cache.slot(`ya29.${index}`, 'https://example.com');
  const keep = async (index: number) => {
    const turn = await slotOf(index).take(60_000);
    if (!turn || !('keep' in turn)) throw new Error('no turn');
    await turn.keep(answer, 300_000);
  };
  for (let first = 0; first < 4000; first += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, index) => keep(first + index)));
  }
  const raw = await server.raw();
  const kept = await raw.dbSize();
  const used = Number(/^used_memory:(\d+)/m.exec(await raw.info('memory'))?.[1]);
  t.ok(kept > 500, `${kept} answers`);
  t.ok(used < 0.9 * limit, `${used} bytes, and what connections need`);
  t.match(await slotOf(0).take(1000), { text: answer }, 'what is kept serves');
  await using log = redisRevocationLog({ url: server.url, durability: 'memory' });
  await log.append(token('a'));
});

t.test('where answers are evicted, the log takes their room', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, [...DURABLE, '--maxmemory', '4mb', '--maxmemory-policy', 'volatile-ttl']);
  await server.settle();
  const raw = await server.raw();
  for (let index = 0; index < 10_000; index += 500) {
    const names = Array.from({ length: 500 }, (_, at) => `{google-bearer}:token:${index + at}`);
    await Promise.all(names.map((name) => raw.set(name, 'x'.repeat(600), { PX: 300_000 })));
  }
  await using log = redisRevocationLog({ url: server.url });
  const answers = await raw.dbSize();
  for (let first = 0; first < 5000; first += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, index) => log.append(token(`${first + index}`))));
  }
  t.equal(await raw.xLen(keys.stream), 5000);
  t.ok((await raw.dbSize()) < answers);
});

t.test('without room for turns Google is asked, and what is kept serves on', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const google = await startGoogle(t);
  const known = google.mintToken();
  await (await connectSharing(t, google, server.url)).verify(known);
  const raw = await server.raw();
  await eventually('the answer to be kept', async () => (await raw.keys('*:token:*')).length === 1 || undefined);
  await useUpMemory(server);
  const verifier = await connectSharing(t, google, server.url);
  t.equal(await outcome(verifier, google.mintToken()), 'ok');
  t.equal(await outcome(verifier, known), 'ok');
  t.match(verifier.stats().lookups, { started: 1, sharedHits: 1, sharedFailures: 1 });
  t.equal(await raw.dbSize(), 1);
});
