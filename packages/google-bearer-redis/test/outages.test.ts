import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, failure } from '@google-bearer/test-kit/eventually';
import { DURABLE, noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisRevocationLog } from '../src/index.ts';
import { logKeys } from '../src/log/keys.ts';
import { block, everyone, sha256, subject, texts, token, unblock } from './fixtures/entries.ts';
import { outcome, startGoogle, startInstance, untilConfirmed } from './fixtures/instance.ts';
import { Recorder } from './fixtures/recorder.ts';
import { Wire } from './fixtures/wire.ts';

// Most of it is waiting, for Redis to settle and for deadlines. Each test needs options of its own: tap writes into them.
t.jobs = 4;

const keys = logKeys('google-bearer');

t.test('kill -9 and restart lose nothing that was acknowledged', { skip: noRedis, buffered: true }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  await using log = redisRevocationLog({ url: server.url });
  const follower = new Recorder();
  log.follow(follower);
  const acknowledged: string[] = [];
  const lanes = [1, 2, 3].map(async (lane) => {
    for (let count = 0; ; count++) {
      const entry = token(`${lane}-${count}`);
      await log.append(entry);
      acknowledged.push(JSON.stringify(entry));
    }
  });
  const stopped = Promise.allSettled(lanes);
  await eventually('some appends', () => acknowledged.length > 300 || undefined);
  await server.kill();
  for (const { status } of await stopped) t.equal(status, 'rejected');
  await server.launch();

  await using other = redisRevocationLog({ url: server.url });
  const late = new Recorder();
  other.follow(late);
  await Promise.all([late.untilConfirmed(), follower.untilConfirmed()]);
  const kept = new Set(late.order);
  t.strictSame(
    acknowledged.filter((entry) => !kept.has(entry)),
    [],
  );
  t.strictSame(new Set(follower.order), kept, 'whoever was there has resumed');
  t.ok(follower.told.length < kept.size * 2, 'and was not told everything anew');
  await log.append(block('after'));
  t.strictSame(follower.order.at(-1), texts([block('after')])[0]);
});

t.test(
  'a Redis that comes back without its data is told what the instances know',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    const google = await startGoogle(t);
    const [one, two] = [startInstance(t, google, { url: server.url }), startInstance(t, google, { url: server.url })];
    await Promise.all([one.verifier.ready(), two.verifier.ready()]);
    const [revoked, everyones] = [google.mintToken(), google.mintToken({ user: google.users[1]?.sub ?? '' })];
    for (const { verifier } of [one, two]) for (const each of [revoked, everyones]) await verifier.verify(each);
    await one.verifier.revokeToken(revoked);
    await two.verifier.blockSubject('somebody');
    await two.verifier.blockSubject('lifted');
    await one.verifier.revokeSubject(google.users[1]?.sub ?? '');
    await one.verifier.unblockSubject('lifted');
    await eventually('the second instance', () => (two.verifier.stats().revocations.blocked === 1 ? true : undefined));

    const seen: string[] = [];
    await server.kill();
    server.loseData();
    await server.launch();
    // A third process that starts now has only Redis to ask.
    const three = startInstance(t, google, { url: server.url });
    const everybody = [one, two, three];
    const fresh = new AbortController();
    const freshly = untilConfirmed(...everybody.map(({ verifier }) => verifier)).finally(() => fresh.abort());
    while (!fresh.signal.aborted) {
      for (const { verifier } of everybody) {
        for (const each of [revoked, everyones]) seen.push(await outcome(verifier, each));
      }
      await sleep(10);
    }
    await freshly;
    t.notOk(seen.includes('ok'), 'no wrong acceptance in between');
    for (const { verifier } of everybody) {
      t.equal(await outcome(verifier, revoked), 'ERR_TOKEN_REVOKED');
      t.equal(await outcome(verifier, everyones), 'ERR_TOKEN_REVOKED');
      t.match(verifier.stats().revocations, { tokens: 1, subjects: 1, blocked: 1 });
    }
    await one.verifier.unblockSubject('somebody');
    await eventually('the lifting', () => (three.verifier.stats().revocations.blocked === 0 ? true : undefined));
  },
);

t.test(
  'emptied while connected: it is noticed, and a block that was lifted since stays lifted',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    const google = await startGoogle(t);
    const wire = await Wire.start(t, server.port);
    const { verifier, log } = startInstance(t, google, { url: wire.url });
    await verifier.ready();
    await verifier.blockSubject('1');
    await verifier.blockSubject('2');
    await verifier.revokeEveryone();
    // Sooner than the instance can notice, another says that one of them is free.
    wire.hold();
    const raw = await server.raw();
    await raw.flushAll();
    await using other = redisRevocationLog({ url: server.url });
    await other.append(unblock('1'));
    wire.release();
    const late = new Recorder();
    other.follow(late);
    await late.untilConfirmed();
    t.match([...verifier.revocations()], [{ type: 'everyone' }, block('2')]);
    await log.append(token('goes on'));
    await late.until('the token', () => late.told.some(({ type }) => type === 'token'));
    const state = late.told.filter(({ type }) => type === 'block' || type === 'unblock');
    t.notMatch(texts(state), texts([block('1')]));
    t.ok(texts(state).includes(texts([block('2')])[0] ?? ''));
  },
);

t.test(
  'a block that was lifted is not written back by one who has not heard of it',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    const google = await startGoogle(t);
    const { verifier } = startInstance(t, google, { url: server.url });
    await verifier.ready();
    await verifier.blockSubject('1');
    await verifier.blockSubject('2');
    const raw = await server.raw();
    const lifted = { score: Date.now(), value: sha256('1') };
    await raw.multi().flushAll().zAdd(keys.unblocked, lifted).exec();
    await eventually('the lifting', () => verifier.stats().revocations.blocked === 1 || undefined);
    t.match([...verifier.revocations()], [block('2')]);
    t.strictSame(await raw.hKeys(keys.blocked), [sha256('2')]);
  },
);

t.test(
  'a Redis that comes back with an older state is told what it lacks, and nothing else',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    const google = await startGoogle(t);
    const { verifier } = startInstance(t, google, { url: server.url });
    await verifier.ready();
    const hashes = Array.from({ length: 2500 }, (_, index) => sha256(`${index}`));
    // As many at once as a busy machine stores in time.
    for (let done = 0; done < hashes.length; done += 250) {
      await Promise.all(hashes.slice(done, done + 250).map((hash) => verifier.revokeTokenSha256(hash)));
    }
    const raw = await server.raw();
    const newest = await raw.xRevRange(keys.stream, '+', '-', { COUNT: 1 });
    // As if the end of the file had been lost: a restart, and the last element is gone.
    await raw.xDel(keys.stream, newest?.[0]?.id ?? '');
    await server.kill();
    await server.launch();
    const again = await server.raw();
    await eventually('what was lost', async () => (await again.xLen(keys.stream)) >= hashes.length || undefined);
    await untilConfirmed(verifier);
    const elements = (await again.xRange(keys.stream, '-', '+')) ?? [];
    t.equal(elements.length, hashes.length);
    t.equal(elements.at(-1)?.message.e, newest?.[0]?.message.e);
  },
);

t.test(
  'more than a page of news at once is confirmed at its end, not before',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    await using log = redisRevocationLog({ url: server.url });
    const follower = new Recorder();
    let told = 0;
    const toldAt: { readonly asOf: number; readonly told: number }[] = [];
    log.follow({
      entry: () => void told++,
      confirm: (asOf) => {
        toldAt.push({ asOf, told });
        follower.confirm(asOf);
      },
      error: (error) => follower.error(error),
    });
    await follower.untilConfirmed();
    const raw = await server.raw();
    const many = raw.multi();
    for (let index = 0; index < 5500; index++) {
      many.xAdd(keys.stream, '*', { e: JSON.stringify(token(`${index}`)) });
    }
    await many.exec();
    await follower.untilConfirmed();
    t.strictSame(new Set(toldAt.map((each) => each.told)), new Set([0, 5500]));
  },
);

t.test(
  'a Redis that hangs confirms nothing: 503 after maxStalenessMs, and good again by itself',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    const google = await startGoogle(t);
    const { verifier, log } = startInstance(t, google, { url: server.url }, { maxStalenessMs: 1000 });
    await verifier.ready();
    const good = google.mintToken();
    // On a busy machine the view may be stale for a moment here already.
    await eventually('an accepted token', async () => (await outcome(verifier, good)) === 'ok');
    server.signal('SIGSTOP');
    const asked = performance.now();
    t.match(await failure(log.append(token('lost?'))), { name: 'RedisTimeoutError', code: 'ERR_REDIS_TIMEOUT' });
    t.comment(`an append waited for ${Math.round(performance.now() - asked)} ms`);
    t.ok(verifier.stats().revocations.ageMs > 1000);
    const stale = await failure(verifier.verify(good));
    t.match(stale, { code: 'ERR_REVOCATIONS_STALE', statusCode: 503 });
    server.signal('SIGCONT');
    await eventually('the token to be good', async () => ((await outcome(verifier, good)) === 'ok' ? true : undefined));
    await log.append(token('kept'));
  },
);

t.test(
  'a Redis that cannot write to its disk stores nothing, and is read as ever',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t, [...DURABLE, '--dbfilename', 'snapshot']);
    await server.settle();
    await using log = redisRevocationLog({ url: server.url });
    const follower = new Recorder();
    log.follow(follower);
    await log.append(token('a'));
    const raw = await server.raw();
    // A snapshot cannot take the place of a folder.
    const { dir = '' } = await raw.configGet('dir');
    mkdirSync(join(dir, 'snapshot'));
    await raw.configSet('save', '3600 1');
    await raw.bgSave();
    await eventually('the failure', async () => {
      return /^rdb_last_bgsave_status:err/m.test(await raw.info('persistence')) || undefined;
    });
    t.match(await failure(log.append(token('b'))), { message: /^MISCONF / });
    for (let round = 0; round < 3; round++) await follower.untilConfirmed();
    t.strictSame(follower.errors, []);
  },
);

t.test(
  'a connection that is cut costs no entry; meanwhile appends fail soon',
  { skip: noRedis, buffered: true },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    const wire = await Wire.start(t, server.port);
    await using near = redisRevocationLog({ url: server.url });
    await using far = redisRevocationLog({ url: wire.url });
    const follower = new Recorder();
    far.follow(follower);
    await follower.untilConfirmed();
    const entries = [token('a'), block('1')];
    for (const entry of entries) await near.append(entry);
    await follower.untilConfirmed();
    for (let round = 0; round < 3; round++) {
      wire.cut();
      const missed = [token(`${round}`), subject(`${round}`), everyone(Date.now() + 1_000_000 + round), unblock('1')];
      for (const entry of missed) await near.append(entry);
      entries.push(...missed);
      await t.rejects(far.append(token('lost')));
      const confirmed = follower.confirmations.length;
      await follower.until('an error', () => follower.errors.length > round * 2 + 1);
      t.equal(follower.confirmations.length, confirmed);
      wire.mend();
      await follower.untilConfirmed();
    }
    t.strictSame(texts(follower.told), texts(entries), 'each once, in order');
    await far.append(token('again'));
  },
);
