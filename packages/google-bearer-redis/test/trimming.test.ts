import { eventually } from '@google-bearer/test-kit/eventually';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import type { RevocationEntry } from 'google-bearer';
import { t } from 'tap';
import { openClient } from '../src/client.ts';
import { redisRevocationLog } from '../src/index.ts';
import { logKeys } from '../src/log/keys.ts';
import { TRIM, TRIM_PORTION } from '../src/log/scripts.ts';
import { block, everyone, sha256, subject, texts, token, unblock } from './fixtures/entries.ts';
import { Recorder } from './fixtures/recorder.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const keys = logKeys('google-bearer');

/** Puts elements into an empty stream as if they had been appended long ago. */
async function appendedLongAgo(server: Redis, entries: readonly RevocationEntry[], at: number): Promise<void> {
  const raw = await server.raw();
  for (const entry of entries) {
    await raw.xAdd(keys.stream, `${at}-*`, { e: JSON.stringify(entry) });
    if (entry.type === 'block') await raw.hSet(keys.blocked, entry.subjectSha256 ?? '', '{}');
    if (entry.type === 'unblock') await raw.hDel(keys.blocked, entry.subjectSha256 ?? '');
  }
}

/** As a reader does that has read up to a position; default: everything. */
async function trim(server: Redis, position = '9999999999999-0'): Promise<unknown> {
  const raw = await server.raw();
  return raw.eval(TRIM, { keys: [keys.stream, keys.unblocked, keys.state], arguments: [position] });
}

async function inStream(server: Redis): Promise<readonly (string | undefined)[]> {
  const raw = await server.raw();
  const elements = await raw.xRange(keys.stream, '-', '+');
  return (elements ?? []).map(({ message }) => message.e);
}

t.test('what is old goes, unless a token that it can match may live', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  const now = Date.now();
  const dead = [token('dead', now - HOUR_MS), subject('dead', now - HOUR_MS), everyone(now - HOUR_MS)];
  // The clock of an instance may be behind: a token that has just ended may still pass there.
  const margin = [token('margin', now - 60_000)];
  const alive = [token('alive', now + HOUR_MS), subject('alive', now + 30 * DAY_MS), everyone(now + HOUR_MS)];
  await appendedLongAgo(
    server,
    [...dead, ...alive, ...margin, block('1'), block('2'), unblock('2')],
    now - 2 * HOUR_MS,
  );
  const recent = [token('recent', now - HOUR_MS), block('3')];
  await appendedLongAgo(server, recent, now - HOUR_MS);

  const before = new Recorder();
  await using log = redisRevocationLog({ url: server.url });
  log.follow(before);
  await before.untilConfirmed();
  t.equal(await trim(server), 10);
  t.strictSame(await inStream(server), texts([...recent, ...alive, ...margin]));
  t.equal(await trim(server), 0);

  const late = new Recorder();
  log.follow(late);
  await Promise.all([late.untilConfirmed(), before.untilConfirmed()]);
  t.strictSame(late.order, texts([block('1'), ...recent, ...alive, ...margin]).toSorted(byPlace(late.order)));
  t.ok(
    late.told.some((entry) => JSON.stringify(entry) === JSON.stringify(block('1'))),
    'a block outlives its place',
  );
  t.strictSame(before.errors, []);
});

t.test('what is said about a revocation stays with it', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  await using log = redisRevocationLog({ url: server.url });
  const note = { at: Date.now() - 2 * HOUR_MS, reason: 'a leaked token', by: 'job:nightly' };
  const entries = [
    { ...token('a'), ...note },
    { ...subject('1'), ...note },
    { ...everyone(), ...note },
    { ...block('2'), ...note },
  ];
  for (const entry of entries) await log.append(entry);
  // As if it had been long ago.
  const raw = await server.raw();
  const elements = (await raw.xRange(keys.stream, '-', '+')) ?? [];
  await raw.del(keys.stream);
  for (const { message } of elements) await raw.xAdd(keys.stream, `${note.at}-*`, message);
  t.equal(await trim(server), entries.length);
  t.equal(await raw.xLen(keys.stream), 3, 'a block lives elsewhere');
  const late = new Recorder();
  log.follow(late);
  await late.untilConfirmed();
  t.equal(late.told.length, entries.length);
  for (const told of late.told) t.match(told, note, told.type);
});

/** The order of a list: the set of blocks has none. */
function byPlace(order: readonly string[]): (a: string, b: string) => number {
  return (a, b) => order.indexOf(a) - order.indexOf(b);
}

t.test('one step trims a thousand elements', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const long = Date.now() - 2 * HOUR_MS;
  await appendedLongAgo(
    server,
    Array.from({ length: 2500 }, (_, index) => token(`${index}`, long)),
    long,
  );
  t.strictSame([await trim(server), await trim(server), await trim(server), await trim(server)], [1000, 1000, 500, 0]);
  t.equal(TRIM_PORTION, 1000);
  t.strictSame(await inStream(server), []);
});

/** What is no entry, or one of a kind that a later version may bring. */
const nonsense = [
  '',
  'null',
  '[]',
  '{"type":"blok","secret":1}',
  '{"type":"token","tokenSha256":"secret","expiresAt":1}',
];

t.test('an element that cannot be read is reported and not skipped', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  await using log = redisRevocationLog({ url: server.url });
  const follower = new Recorder();
  log.follow(follower);
  await follower.untilConfirmed();
  const raw = await server.raw();
  for (const text of nonsense) {
    const told = follower.errors.length;
    const id = (await raw.xAdd(keys.stream, '*', { e: text })) ?? '';
    await follower.until('two reports', () => follower.errors.length >= told + 2);
    const message = `Entry ${id} of the revocation log cannot be read`;
    t.match(follower.errors.at(-1), { code: 'ERR_UNREADABLE_ENTRY', message });
    const confirmed = follower.confirmations.length;
    if (text === '') await t.rejects(log.append(token('a')), { code: 'ERR_REDIS_TIMEOUT' }, 'not in force here');
    t.equal(follower.confirmations.length, confirmed);
    await raw.xDel(keys.stream, id);
    await follower.untilConfirmed();
  }
  t.notMatch(follower.errors.map(String).join(), /secret/);
});

t.test('nor is it trimmed, however old it is', { skip: noRedis }, async (t) => {
  // Readers look for what can be trimmed as soon as they can.
  t.intercept(Math, 'random', { value: () => 0 });
  const server = await Redis.start(t);
  await server.settle();
  await using log = redisRevocationLog({ url: server.url });
  const raw = await server.raw();
  const long = Date.now() - 2 * HOUR_MS;
  const dead = JSON.stringify(token('dead', long));
  for (const text of nonsense) {
    for (const each of [dead, text, dead]) await raw.xAdd(keys.stream, `${long}-*`, { e: each });
    const follower = new Recorder();
    const unfollow = log.follow(follower);
    await follower.until('two reports', () => follower.errors.length >= 2);
    t.strictSame(await inStream(server), [dead, text, dead]);
    const [, stays] = (await raw.xRange(keys.stream, '-', '+')) ?? [];
    await raw.xDel(keys.stream, stays?.id ?? '');
    await follower.until('the trimming', () => follower.confirmations.length > 0);
    await eventually('the trimming', async () => (await raw.xLen(keys.stream)) === 0 || undefined);
    unfollow();
    // The next one is as old as this one was.
    await raw.multi().del(keys.stream).hDel(keys.state, 'trimmed').exec();
  }
});

t.test('nobody trims what it has not read itself', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t, []);
  const long = Date.now() - 2 * HOUR_MS;
  await appendedLongAgo(server, [token('read', long), token('not read', long)], long);
  t.equal(await trim(server, '0-0'), 0);
  t.equal(await trim(server, `${long}-0`), 1);
  t.match(await inStream(server), texts([token('not read', long)]));
});

t.test('a reader that missed elements which were trimmed compares the blocks', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  await using log = redisRevocationLog({ url: server.url });
  const follower = new Recorder();
  log.follow(follower);
  await log.append(block('1'));
  await log.append(block('2'));
  // Unseen by it, as if it had been stopped for hours: a block was lifted, another was set, and both trimmed away.
  const raw = await openClient({ url: server.url, prefix: '', tls: undefined }, 'test', 1000);
  const info = await raw.xInfoStream(keys.stream);
  const [ms = 0, seq = 0] = info['last-generated-id'].split('-').map(Number);
  await raw
    .multi()
    .hDel(keys.blocked, sha256('1'))
    .zAdd(keys.unblocked, { score: Date.now(), value: sha256('1') })
    .hSet(keys.blocked, sha256('3'), '{}')
    .hSet(keys.state, 'trimmed', `${ms}-${seq + 2}`)
    .exec();
  raw.destroy();
  await follower.until('the lifting', () => follower.told.some(({ type }) => type === 'unblock'));
  await follower.untilConfirmed();
  const blocked = new Set<string | undefined>();
  for (const entry of follower.told) {
    if (entry.type === 'block') blocked.add(entry.subjectSha256);
    if (entry.type === 'unblock') blocked.delete(entry.subjectSha256);
  }
  t.strictSame(blocked, new Set([sha256('2'), sha256('3')]));
});

t.test('blocks and liftings while others join: everybody ends with the same', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  await using log = redisRevocationLog({ url: server.url });
  const joined: Recorder[] = [];
  const history = Array.from({ length: 300 }, (_, index) => (index % 3 === 1 ? unblock : block)(`${index % 7}`));
  for (const [index, entry] of history.entries()) {
    await log.append(entry);
    if (index % 40 !== 0) continue;
    const recorder = new Recorder();
    log.follow(recorder);
    joined.push(recorder);
  }
  await Promise.all(joined.map((recorder) => recorder.untilConfirmed()));
  const ends = joined.map(({ told }) => {
    const blocked = new Set<string | undefined>();
    for (const entry of told) {
      if (entry.type === 'block') blocked.add(entry.subjectSha256);
      if (entry.type === 'unblock') blocked.delete(entry.subjectSha256);
    }
    return [...blocked].sort();
  });
  const raw = await server.raw();
  const kept = (await raw.hKeys(keys.blocked)).sort();
  for (const end of ends) t.strictSame(end, kept);
});
