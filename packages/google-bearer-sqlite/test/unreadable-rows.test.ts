import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { block, token } from './fixtures/entries.ts';
import { temporaryFile } from './fixtures/folder.ts';
import { raw } from './fixtures/raw.ts';
import { Recorder } from './fixtures/recorder.ts';

const soon = Date.now() + 3_600_000;
const SECRET = 'somebody';

/** Rows that STRICT tables let pass, yet which hold no entry: type, token_sha256, subject, issued_before, expires_at, reason. */
const nonsense: Record<string, readonly unknown[]> = {
  'an unknown type': ['nonsense', null, SECRET, null, null],
  'an unknown type with an end in the past': ['nonsense', null, SECRET, null, 1],
  'a token without a hash': ['token', null, null, null, soon],
  'a token with half a hash': ['token', Buffer.alloc(16), null, null, soon],
  'a token without an end': ['token', Buffer.alloc(32), null, null, null],
  'a token with a subject': ['token', Buffer.alloc(32), SECRET, null, soon],
  'a subject without a name': ['subject', null, null, 1, soon],
  'a subject with an empty name': ['subject', null, '', 1, soon],
  'a subject without a time': ['subject', null, SECRET, null, soon],
  'a time beyond what numbers can hold': ['everyone', null, null, 2n ** 60n, soon],
  'a block of nobody': ['block', null, null, null, null],
  'a reason of two lines': ['block', null, SECRET, null, null, 'two\nlines'],
};

const INSERT =
  'INSERT INTO revocations (type, token_sha256, subject, issued_before, expires_at, reason) VALUES (?, ?, ?, ?, ?, ?)';

for (const [what, columns] of Object.entries(nonsense)) {
  t.test(`${what} is reported, not skipped`, async (t) => {
    const path = temporaryFile(t);
    using log = sqliteRevocationLog({ path, pollIntervalMs: 5 });
    const follower = new Recorder();
    log.follow(follower);
    await log.append(block('1'));
    await follower.untilConfirmed();
    raw(path, (db) => db.prepare(INSERT).run(...columns, ...(columns.length === 6 ? [] : [null])));
    await follower.until('two reports', () => follower.errors.length >= 2);
    const confirmed = follower.confirmations.length;
    t.match(follower.errors[0], { name: 'UnreadableRowError', message: 'Row 2 of the revocation log cannot be read' });
    t.notMatch(String(follower.errors[0]), SECRET);

    await t.rejects(log.append(token('a')), { name: 'UnreadableRowError' }, 'it is not in force here');
    const late = new Recorder();
    log.follow(late);
    await late.until('two reports', () => late.errors.length >= 2);
    t.strictSame(late.confirmations, []);
    t.equal(follower.confirmations.length, confirmed);
    t.strictSame(follower.entries, [block('1')]);

    raw(path, (db) => db.exec('DELETE FROM revocations WHERE seq = 2'));
    await Promise.all([follower.untilConfirmed(), late.untilConfirmed()]);
    t.equal(follower.entries.length, 2, 'and goes on once the row is gone');
    t.strictSame(late.entries, follower.entries);
  });
}

t.test('a follower that throws is told so, and delivered to again', async (t) => {
  using log = sqliteRevocationLog({ path: temporaryFile(t), pollIntervalMs: 5 });
  const follower = new Recorder();
  let failures = 0;
  log.follow({
    entry: (entry) => {
      if (failures++ < 2) throw new Error('not now');
      follower.entry(entry);
    },
    confirm: (asOf) => follower.confirm(asOf),
    error: (error) => follower.error(error),
  });
  await t.rejects(log.append(block('1')), { message: 'not now' });
  await follower.until('the entry', () => follower.entries.length === 1);
  t.match(follower.errors, [{ message: 'not now' }, { message: 'not now' }]);
});
