import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { t } from 'tap';
import { sqliteRevocationLog } from '../src/index.ts';
import { block } from './fixtures/entries.ts';
import { temporaryFile } from './fixtures/folder.ts';
import { countRows } from './fixtures/raw.ts';
import { Recorder } from './fixtures/recorder.ts';

t.test('closing stores and delivers what is waiting', async (t) => {
  const path = temporaryFile(t);
  const log = sqliteRevocationLog({ path });
  const follower = new Recorder();
  log.follow(follower);
  const appended = [log.append(block('1')), log.append(block('2'))];
  log.close();
  t.strictSame(follower.entries, [block('1'), block('2')]);
  await Promise.all(appended);
  t.equal(countRows(path), 2);
});

t.test('closing twice is closing once; the last to close leaves one file', async (t) => {
  const path = temporaryFile(t);
  const log = sqliteRevocationLog({ path });
  await log.append(block('1'));
  log.close();
  log.close();
  t.ok(existsSync(path));
  t.notOk(existsSync(`${path}-wal`));
});

t.test('a closed log says so', async (t) => {
  const log = sqliteRevocationLog({ path: temporaryFile(t) });
  log.close();
  await t.rejects(log.append(block('1')), { message: 'The revocation log is closed' });
  const follower = new Recorder();
  log.follow(follower)();
  t.strictSame(follower.confirmations, []);
  t.match(follower.errors, [{ message: 'The revocation log is closed' }]);
});

t.test('a follower may close the log from within', async (t) => {
  const path = temporaryFile(t);
  const log = sqliteRevocationLog({ path });
  const bystander = new Recorder();
  log.follow({ entry: () => log.close(), confirm: () => {}, error: (error) => t.fail(String(error)) });
  log.follow(bystander);
  await Promise.all([log.append(block('1')), log.append(block('2'))]);
  t.strictSame(bystander.errors, []);
  t.equal(countRows(path), 2);
});

t.test('following does not keep a process alive', async (t) => {
  const script = `
    import { sqliteRevocationLog } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url))};
    const log = sqliteRevocationLog({ path: process.argv[1] });
    log.follow({ entry() {}, confirm() {}, error() {} });`;
  const argv = ['--conditions=google-bearer-source', '--input-type=module', '-e', script, temporaryFile(t)];
  const { status, stderr } = spawnSync(process.execPath, argv, { timeout: 60_000 });
  t.equal(stderr.toString(), '');
  t.equal(status, 0);
});
