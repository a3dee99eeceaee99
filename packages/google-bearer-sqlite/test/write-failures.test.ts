import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { block } from './fixtures/entries.ts';
import { temporaryFile } from './fixtures/folder.ts';
import { countRows } from './fixtures/raw.ts';
import { Recorder } from './fixtures/recorder.ts';

const attempt = fileURLToPath(new URL('./fixtures/attempt.ts', import.meta.url));
/** Rights, limits and the deletion of open files are other on Windows. */
const options = { skip: process.platform === 'win32' };
/** Without what tap adds: its notes on the process could not be written. */
const bare = ['env', '-i', process.execPath, '--conditions=google-bearer-source', attempt];

t.test('a lock that lasts longer than the wait rejects the append, stops nobody else, and is got over', async (t) => {
  const path = temporaryFile(t);
  using log = sqliteRevocationLog({ path });
  const follower = new Recorder();
  log.follow(follower);
  const holder = new Database(path);
  t.teardown(() => holder.close());
  holder.exec('BEGIN IMMEDIATE');
  let waits = true;
  const refused = t.rejects(log.append(block('1')), { name: 'SqliteError', code: 'SQLITE_BUSY' });
  refused.finally(() => (waits = false));
  await follower.untilConfirmed();
  t.ok(waits, 'the event loop goes on meanwhile');
  for (let round = 0; round < 10; round++) await follower.untilConfirmed();
  t.strictSame(follower.errors, [], 'and reading needs no lock');
  await refused;

  const waiting = [log.append(block('2')), log.append(block('3'))];
  await follower.untilConfirmed();
  waiting.push(log.append(block('4')));
  holder.exec('COMMIT');
  await Promise.all(waiting);
  t.strictSame(
    follower.entries,
    [block('2'), block('3'), block('4')],
    'in order, and without the one that was refused',
  );
});

t.test('closing does not wait for a lock', async (t) => {
  const path = temporaryFile(t);
  const log = sqliteRevocationLog({ path });
  const holder = new Database(path);
  t.teardown(() => holder.close());
  holder.exec('BEGIN IMMEDIATE');
  const refused = t.rejects(log.append(block('1')), { code: 'SQLITE_BUSY' });
  log.close();
  await refused;
});

t.test(
  'a full disk rejects the append with the error of SQLite; what was acknowledged is there',
  options,
  async (t) => {
    const path = temporaryFile(t);
    // The largest file that the process may write: the WAL file meets it first.
    const limited = spawnSync('sh', ['-c', 'ulimit -f 600; exec "$@"', 'sh', ...bare, path]);
    const outcome: unknown = JSON.parse(limited.stdout.toString());
    t.match(outcome, { acknowledged: Number, code: /^SQLITE_(FULL|IOERR)/ });
    using log = sqliteRevocationLog({ path });
    const follower = new Recorder();
    log.follow(follower);
    t.ok(follower.entries.length > 0);
    t.match(outcome, { acknowledged: follower.entries.length });
    await log.append(block('1'));
  },
);

t.test('a file that may not be written is refused at once', options, async (t) => {
  const path = temporaryFile(t);
  sqliteRevocationLog({ path }).close();
  chmodSync(path, 0o400);
  // Root may write everything, so it becomes nobody.
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  if (identity) for (const name of [path, dirname(path)]) chownSync(name, identity.uid, identity.gid);
  const { stdout, stderr } = spawnSync('sh', ['-c', 'exec "$@"', 'sh', ...bare, path], { ...identity });
  t.equal(stderr.toString(), '');
  t.strictSame(JSON.parse(stdout.toString()), { acknowledged: 0, code: 'EACCES' });
});

for (const suffix of ['', '-wal']) {
  t.test(
    `a deleted ${suffix || 'database'} file is noticed: nothing is acknowledged or confirmed`,
    options,
    async (t) => {
      const path = temporaryFile(t);
      const log = sqliteRevocationLog({ path });
      t.teardown(() => log.close());
      const follower = new Recorder();
      log.follow(follower);
      await log.append(block('1'));
      renameSync(path + suffix, `${path}.away`);
      await follower.until('a report', () => follower.errors.length > 0);
      const confirmed = follower.confirmations.length;
      t.match(follower.errors[0], { message: /deleted or replaced while in use/ });
      await t.rejects(log.append(block('2')), { message: /deleted or replaced while in use/ });

      writeFileSync(path + suffix, 'another');
      await t.rejects(log.append(block('3')), { message: /deleted or replaced while in use/ });
      t.equal(follower.confirmations.length, confirmed);

      rmSync(path + suffix);
      renameSync(`${path}.away`, path + suffix);
      await follower.untilConfirmed();
      await log.append(block('4'));
      t.strictSame(follower.entries.at(-1), block('4'), 'put back, it is as good as ever');
      t.equal(countRows(path), 4);
    },
  );
}
