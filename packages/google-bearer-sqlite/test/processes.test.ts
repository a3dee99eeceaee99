import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { block, token, unblock } from './fixtures/entries.ts';
import { temporaryFile } from './fixtures/folder.ts';
import { Member } from './fixtures/members.ts';
import { raw } from './fixtures/raw.ts';
import { Recorder } from './fixtures/recorder.ts';

t.test('four processes that open a new file at once and append 250 entries each lose nothing', async (t) => {
  const path = temporaryFile(t);
  const members = [1, 2, 3, 4].map(() => new Member(t, path));
  await Promise.all(members.map((member) => member.ready()));
  await Promise.all(members.map((member, index) => member.burst(`member${index}`, 250)));
  for (const { seen } of members) await seen.until('a thousand entries', () => seen.entries.length >= 1000);

  using log = sqliteRevocationLog({ path });
  const late = new Recorder();
  log.follow(late);
  t.equal(late.entries.length, 1000);
  t.equal(new Set(late.entries.map((entry) => JSON.stringify(entry))).size, 1000);
  for (const { seen } of members) {
    t.strictSame(seen.entries, late.entries, 'in the same order for everybody');
    t.strictSame(seen.errors, []);
  }
});

t.test('what one process appends, the others deliver', async (t) => {
  const path = temporaryFile(t);
  const [writer, reader] = [new Member(t, path), new Member(t, path)];
  await Promise.all([writer.ready(), reader.ready()]);
  const delays: number[] = [];
  for (const name of Array.from({ length: 21 }, (_, index) => `${index}`)) {
    const acknowledgedAt = await writer.append(block(name));
    await reader.seen.until('the entry', () => reader.seenAt.has(name));
    delays.push((reader.seenAt.get(name) ?? Number.NaN) - acknowledgedAt);
  }
  delays.sort((a, b) => a - b);
  t.equal(delays.length, 21);
  t.comment(`ms from acknowledged to delivered: median ${delays[10]}, worst ${delays.at(-1)}`);
});

t.test('a process that was stopped meanwhile catches up, though rows that it never saw are gone', async (t) => {
  const path = temporaryFile(t);
  const sleeper = new Member(t, path);
  await sleeper.ready();
  using log = sqliteRevocationLog({ path });
  await log.append(block('1'));
  await sleeper.seen.until('the block', () => sleeper.seen.entries.length === 1);
  sleeper.signal('SIGSTOP');
  for (const entry of [unblock('1'), block('1'), unblock('1'), block('2'), token('a')]) await log.append(entry);
  // As trimming would: every superseded row, and the token's, as if it had ended.
  raw(path, (db) => db.exec(`DELETE FROM revocations WHERE type = 'token' OR (type = 'block' AND expires_at > 0)`));
  sleeper.signal('SIGCONT');
  await sleeper.seen.until('the last block', () => sleeper.seenAt.has('2'));
  t.strictSame(sleeper.seen.entries, [block('1'), unblock('1'), unblock('1'), block('2')]);
  t.strictSame(sleeper.seen.errors, []);
});
