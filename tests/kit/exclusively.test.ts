import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'tap';
import { exclusively } from './exclusively.ts';

test('one at a time, also after a failure', async (t) => {
  const file = join(t.testdir(), 'lock.db');
  let inside = 0;
  let most = 0;
  const task = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
    throw new Error('failed');
  };
  const results = await Promise.allSettled([1, 2, 3].map(() => exclusively(file, task)));
  t.equal(most, 1);
  t.same(
    results.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
});

test('another process is waited for, and one that has crashed is not', async (t) => {
  const file = join(t.testdir(), 'lock.db');
  const module = JSON.stringify(join(import.meta.dirname, 'exclusively.ts'));
  const code = `
    import { exclusively } from ${module};
    await exclusively(process.argv[1], () => { console.log('held'); setInterval(() => {}, 1000); return new Promise(() => {}); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  let isDone = false;
  const mine = exclusively(file, async () => {
    isDone = true;
  });
  await new Promise(setImmediate);
  t.notOk(isDone);
  child.kill('SIGKILL');
  await mine;
  t.ok(isDone);
});
