import { statSync } from 'node:fs';
import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { block, everyone, subject, token, unblock } from './fixtures/entries.ts';
import { temporaryFile } from './fixtures/folder.ts';
import { raw } from './fixtures/raw.ts';
import { Recorder } from './fixtures/recorder.ts';

t.test('every kind of entry comes back as it was appended, in order, by the time append resolves', async (t) => {
  using log = sqliteRevocationLog({ path: temporaryFile(t) });
  const follower = new Recorder();
  log.follow(follower);
  const entries = [token('a'), subject('1'), everyone(), block('2'), unblock('2'), block('2')];
  for (const [index, entry] of entries.entries()) {
    await log.append(entry);
    t.strictSame(follower.entries, entries.slice(0, index + 1));
  }
  t.strictSame(follower.errors, []);
});

t.test('an entry is what it was when appended, whatever the caller does with the object afterwards', async (t) => {
  using log = sqliteRevocationLog({ path: temporaryFile(t) });
  const follower = new Recorder();
  log.follow(follower);
  const entry = { type: 'block', subject: 'before' } as const;
  const mine: { type: 'block'; subject: string } = { ...entry };
  const appended = log.append(mine);
  mine.subject = 'after';
  await appended;
  t.strictSame(follower.entries, [entry]);
});

t.test('following replays at once, then confirms as of a moment before the reading', async (t) => {
  using log = sqliteRevocationLog({ path: temporaryFile(t) });
  const entries = [token('a'), block('1'), subject('2')];
  for (const entry of entries) await log.append(entry);
  const follower = new Recorder();
  const before = Date.now();
  log.follow(follower);
  t.strictSame(follower.entries, entries);
  const [asOf = Number.NaN] = follower.confirmations;
  t.equal(follower.confirmations.length, 1);
  t.ok(asOf >= before && asOf <= Date.now());
});

t.test('a follower is confirmed again and again without anything new', async (t) => {
  using log = sqliteRevocationLog({ path: temporaryFile(t) });
  const follower = new Recorder();
  log.follow(follower);
  await follower.until('five confirmations', () => follower.confirmations.length >= 5);
  const sorted = follower.confirmations.toSorted((a, b) => a - b);
  t.strictSame(follower.confirmations, sorted);
});

t.test('entries outlive the log object', async (t) => {
  const path = temporaryFile(t);
  const entries = [token('a'), subject('1'), everyone(), block('2')];
  {
    using log = sqliteRevocationLog({ path });
    await Promise.all(entries.map((entry) => log.append(entry)));
  }
  using log = sqliteRevocationLog({ path });
  const follower = new Recorder();
  log.follow(follower);
  t.strictSame(follower.entries, entries);
});

t.test('a replay leaves out what can match no token any more', async (t) => {
  using log = sqliteRevocationLog({ path: temporaryFile(t) });
  const past = Date.now() - 1000;
  const dead = [token('a', past), subject('1', past), everyone(past), block('2'), unblock('2'), unblock('3')];
  const alive = [block('4'), token('b')];
  for (const entry of [...dead, ...alive]) await log.append(entry);
  const follower = new Recorder();
  log.follow(follower);
  t.strictSame(follower.entries, alive);
  await log.append(block('5'));
  t.strictSame(follower.entries, [...alive, block('5')], 'and goes on from there');
});

t.test('of a subject blocked more than once a replay tells the last block', async (t) => {
  using log = sqliteRevocationLog({ path: temporaryFile(t) });
  for (const entry of [block('1'), block('2'), unblock('1'), block('1'), block('1')]) await log.append(entry);
  const follower = new Recorder();
  log.follow(follower);
  t.strictSame(follower.entries, [block('2'), block('1')]);
});

t.test('a follower that comes later, and one that has gone', async (t) => {
  using log = sqliteRevocationLog({ path: temporaryFile(t) });
  const first = new Recorder();
  const unfollow = log.follow(first);
  await log.append(block('1'));
  const second = new Recorder();
  log.follow(second);
  t.strictSame(second.entries, first.entries);
  unfollow();
  unfollow();
  await log.append(block('2'));
  t.strictSame(first.entries, [block('1')]);
  t.strictSame(second.entries, [block('1'), block('2')]);
  const told = first.confirmations.length;
  await second.untilConfirmed();
  t.equal(first.confirmations.length, told);
});

t.test('a follower that leaves in the midst of a replay is told nothing more', async (t) => {
  using log = sqliteRevocationLog({ path: temporaryFile(t) });
  const follower = new Recorder();
  const unfollow = log.follow({
    entry: (entry) => {
      follower.entry(entry);
      unfollow();
    },
    confirm: (asOf) => follower.confirm(asOf),
    error: (error) => follower.error(error),
  });
  await Promise.all([log.append(block('1')), log.append(block('2'))]);
  t.strictSame(follower.entries, [block('1')]);
  t.equal(follower.confirmations.length, 1, 'that of the empty replay');
  t.strictSame(follower.errors, []);
});

t.test('two log objects on one file tell each other', async (t) => {
  const path = temporaryFile(t);
  using one = sqliteRevocationLog({ path });
  using other = sqliteRevocationLog({ path });
  const follower = new Recorder();
  other.follow(follower);
  const entries = [token('a'), block('1'), unblock('1')];
  for (const entry of entries) await one.append(entry);
  await follower.until('three entries', () => follower.entries.length >= 3);
  await other.append(block('2'));
  t.strictSame(follower.entries, [...entries, block('2')]);
});

t.test('appending tells what others have appended before, in the order of the log', async (t) => {
  const path = temporaryFile(t);
  using one = sqliteRevocationLog({ path });
  using other = sqliteRevocationLog({ path, pollIntervalMs: 1000 });
  const follower = new Recorder();
  other.follow(follower);
  await one.append(block('1'));
  await other.append(unblock('1'));
  t.strictSame(follower.entries, [block('1'), unblock('1')]);
});

t.test('entries appended in one turn share a transaction', async (t) => {
  const path = temporaryFile(t);
  using log = sqliteRevocationLog({ path });
  const follower = new Recorder();
  log.follow(follower);
  const entries = Array.from({ length: 200 }, (_, index) => block(`${index}`));
  await Promise.all(entries.map((entry) => log.append(entry)));
  t.strictSame(follower.entries, entries);
  // Each transaction writes the pages that it changed, at least one of 4 KiB, to the end of the WAL file.
  t.ok(statSync(`${path}-wal`).size < entries.length * 4096);
});

t.test('a number is never given twice, also after its row is gone', async (t) => {
  const path = temporaryFile(t);
  using log = sqliteRevocationLog({ path });
  const follower = new Recorder();
  log.follow(follower);
  await log.append(block('1'));
  raw(path, (db) => db.exec('DELETE FROM revocations'));
  await log.append(block('2'));
  t.strictSame(follower.entries, [block('1'), block('2')]);
});
