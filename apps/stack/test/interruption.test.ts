import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';

import { CAN_LIST, groupLives, groupsEnded } from './support/processes.ts';

const src = (file: string): string => JSON.stringify(join(import.meta.dirname, '../src', file));

/** Stops a part that does not end, and says how far it got. */
const PROGRAM = `
  import { interruption } from ${src('interruption.ts')};
  import { Service } from ${src('service.ts')};
  const signal = interruption();
  const stubborn = "process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1000); console.log('ready');";
  const part = new Service({ name: 'part', args: ['-e', stubborn], env: {}, print: (line) => console.log(line, part.pid) });
  signal.addEventListener('abort', () => { console.log('stopping'); void part.stop(); });
`;

test('one Ctrl-C that comes twice is one; another one ends everything at once', {
  skip: CAN_LIST ? false : 'processes can be listed on Linux only',
}, async (t) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  const part = Number(/^ready (\d+)$/.exec(await next())?.[1]);
  t.ok(await groupLives(part));
  child.kill('SIGINT');
  t.equal(await next(), 'stopping');
  child.kill('SIGINT');
  t.equal(await next(), `no ${part}`, 'the part was asked once, and goes on');
  t.ok(await groupLives(part));
  // Whenever it counts as another one: a person who is impatient does the same.
  while (child.exitCode === null) {
    child.kill('SIGINT');
    await Promise.race([exited, sleep(50)]);
  }
  t.equal(child.exitCode, 130);
  await t.resolves(groupsEnded(part));
});

test('a reader that has gone is a reason to stop', async (t) => {
  const program = `${PROGRAM} setInterval(() => console.log('more'), 10); signal.addEventListener('abort', () => process.exit(7));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'exit');
  t.equal(code, 7);
});
