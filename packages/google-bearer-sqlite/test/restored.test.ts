import Database from 'better-sqlite3';
import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { block, token } from './fixtures/entries.ts';
import { temporaryFile } from './fixtures/folder.ts';
import { Member } from './fixtures/members.ts';
import { countRows } from './fixtures/raw.ts';
import { Recorder } from './fixtures/recorder.ts';

/** What `.backup` and `.restore` of SQLite's shell do: the file that they write to stays the same file. */
async function copy(from: string, to: string): Promise<void> {
  const db = new Database(from);
  try {
    await db.backup(to);
  } finally {
    db.close();
  }
}

t.test('a backup that is restored into the file: what is appended then is delivered to everybody', async (t) => {
  const path = temporaryFile(t);
  using log = sqliteRevocationLog({ path });
  const follower = new Recorder();
  log.follow(follower);
  const member = new Member(t, path);
  await member.ready();
  await log.append(block('kept'));
  await copy(path, `${path}.backup`);
  for (const name of ['1', '2', '3', '4', '5']) await log.append(block(name));
  await member.seen.until('all', () => member.seenAt.has('5'));

  await copy(`${path}.backup`, path);
  // Its number is one that both have seen already.
  await log.append(block('new'));
  t.strictSame(follower.entries.at(-1), block('new'));
  await member.seen.until('the new one', () => member.seenAt.has('new'));
  await member.append(block('newer'));
  await follower.until('the newer one', () => follower.entries.some((entry) => same(entry, block('newer'))));
  t.equal(countRows(path), 3);
  const lifted = follower.entries.filter(({ type }) => type === 'unblock').length;
  t.equal(lifted, 5, 'what the backup does not have is in force no more');
  t.strictSame([...follower.errors, ...member.seen.errors], []);
});

t.test('so it is when the file has more rows again before anybody looks', async (t) => {
  const path = temporaryFile(t);
  using log = sqliteRevocationLog({ path, pollIntervalMs: 1000 });
  const follower = new Recorder();
  log.follow(follower);
  await log.append(token('kept'));
  await copy(path, `${path}.backup`);
  await log.append(token('1'));
  await copy(`${path}.backup`, path);
  using other = sqliteRevocationLog({ path });
  const entries = ['a', 'b', 'c'].map((name) => token(name));
  await Promise.all(entries.map((entry) => other.append(entry)));
  await follower.until('all', () => entries.every((entry) => follower.entries.some((told) => same(told, entry))));
});

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
