import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { DEFAULT_POLL_INTERVAL_MS } from '../src/options.ts';
import { block } from './fixtures/entries.ts';
import { temporaryFile, temporaryFolder } from './fixtures/folder.ts';

const make: (options: unknown) => unknown = (options) => Reflect.apply(sqliteRevocationLog, undefined, [options]);

t.test('wrong options are TypeErrors that name the option', async (t) => {
  for (const options of [undefined, null, 'revocations.db', {}, { path: '' }, { path: 7 }, { path: 'a\0b' }]) {
    t.throws(() => make(options), { name: 'TypeError', message: /path/ });
  }
  for (const path of [' a.db', 'a.db\n'])
    t.throws(() => make({ path }), { name: 'TypeError', message: /^google-bearer-sqlite: path .*space/ });
  const path = join(temporaryFolder(t), 'never', 'made.db');
  for (const pollIntervalMs of [0, -1, 1.5, 1001, Number.NaN, Number.POSITIVE_INFINITY, '50', null]) {
    t.throws(() => make({ path, pollIntervalMs }), {
      name: 'TypeError',
      message: /^google-bearer-sqlite: pollIntervalMs /,
    });
  }
  t.throws(() => make({ file: path }), { name: 'TypeError', message: /^google-bearer-sqlite: file: there is no such/ });
  t.notOk(existsSync(path));
});

t.test('a log in memory, or behind a URI that may ask for one, is refused: it would not be durable', async (t) => {
  for (const path of [':memory:', 'file::memory:', 'file:revocations.db?mode=memory']) {
    t.throws(() => make({ path }), { name: 'TypeError', message: /^google-bearer-sqlite: path .*durable/ });
  }
});

t.test('the default poll interval leaves room within the promised 250 ms', async (t) => {
  t.ok(DEFAULT_POLL_INTERVAL_MS <= 100);
});

t.test('folders and files are made for this user alone', { skip: process.platform === 'win32' }, async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'a', 'b', 'revocations.db');
  const log = sqliteRevocationLog({ path });
  t.teardown(() => log.close());
  await log.append(block('1'));
  const mode = (name: string) => statSync(name).mode & 0o777;
  t.equal(mode(join(folder, 'a')), 0o700);
  t.equal(mode(join(folder, 'a', 'b')), 0o700);
  for (const suffix of ['', '-wal', '-shm']) t.equal(mode(path + suffix), 0o600);
});

t.test('a folder that exists keeps its rights', { skip: process.platform === 'win32' }, async (t) => {
  const folder = join(temporaryFolder(t), 'shared');
  mkdirSync(folder, { mode: 0o750 });
  const log = sqliteRevocationLog({ path: join(folder, 'revocations.db') });
  log.close();
  t.equal(statSync(folder).mode & 0o777, 0o750);
});

t.test('the path is that of the moment of opening, wherever the process goes', async (t) => {
  const path = temporaryFile(t);
  const cwd = process.cwd();
  t.teardown(() => process.chdir(cwd));
  process.chdir(join(path, '..'));
  const log = sqliteRevocationLog({ path: 'revocations.db' });
  t.teardown(() => log.close());
  process.chdir(cwd);
  await log.append(block('1'));
  t.ok(existsSync(path));
});
