import { statSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { makeDataDir, makeDataFile } from '../src/data-dir.ts';
import { openUserStore } from '../src/users/database.ts';

const rightsOf = (path: string): number => statSync(path).mode & 0o777;

/** Makes new files readable by everybody, as on many a machine, or by nobody. */
function withUmask(t: Test, mask: number): void {
  const before = process.umask(mask);
  t.teardown(() => void process.umask(before));
}

t.test('a new folder is for this user alone, with all that had to be made above it', async (t) => {
  const folder = t.testdir();
  for (const mask of [0o000, 0o777]) {
    withUmask(t, mask);
    const above = join(folder, `${mask}`);
    makeDataDir(join(above, 'data'));
    t.equal(rightsOf(above), 0o700);
    t.equal(rightsOf(join(above, 'data')), 0o700);
    makeDataDir(join(above, 'data'));
  }
});

t.test('one that exists keeps its rights, and the files in it are for this user alone', async (t) => {
  withUmask(t, 0o000);
  const dataDir = t.testdir();
  const before = rightsOf(dataDir);
  makeDataDir(dataDir);
  t.equal(rightsOf(dataDir), before);
  const users = await openUserStore({ dataDir, databaseUrl: undefined }, () => {});
  t.equal(rightsOf(join(dataDir, 'users.db')), 0o600);
  t.equal(rightsOf(join(dataDir, 'users.db-wal')), 0o600);
  await users.close();
  t.equal(makeDataFile(dataDir, 'users.db'), join(dataDir, 'users.db'), 'and may be there');
});

t.test('where no folder can be made', { skip: process.platform !== 'linux' }, async (t) => {
  const message = 'DATA_DIR: /proc/nothing/data cannot be made: ENOENT';
  t.throws(() => makeDataDir('/proc/nothing/data'), { name: 'StartError', message });
});
