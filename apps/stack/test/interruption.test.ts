import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CAN_LIST, groupLives, groupsEnded } from '@google-bearer/test-kit/processes';
import { type Test, test } from 'tap';

const src = (file: string): string => JSON.stringify(join(import.meta.dirname, '../src', file));

const skip = CAN_LIST ? false : 'processes can be listed on Linux only';

/** No machine is slow enough for this. */
const LONG_MS = 600_000;

/** Stops a part that does not end, and says how far it got. */
const PROGRAM = `
  import { interruption } from ${src('interruption.ts')};
  import { Service } from ${src('service.ts')};
  const signal = interruption(Number(process.argv[1]));
  const stubborn = "process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1000); console.log('ready');";
  const part = new Service({ name: 'part', args: ['-e', stubborn], env: {}, print: (line) => console.log(line, part.pid) });
  signal.addEventListener('abort', () => { console.log('stopping'); void part.stop(); });
`;

interface Interrupted {
  readonly child: ChildProcess;
  /** The id of the part, which is running. */
  readonly part: number;
  /** Resolves to the next line that was printed. */
  next(): Promise<string>;
}

/** @param sameMs for how long a second signal counts as the first one */
async function start(t: Test, sameMs: number): Promise<Interrupted> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, String(sameMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  const part = Number(/^ready (\d+)$/.exec(await next())?.[1]);
  // It is in a group of its own, and whoever is killed cannot end it.
  t.teardown(() => killGroup(part));
  t.ok(await groupLives(part));
  return { child, part, next };
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

test('one Ctrl-C that comes twice is one', { skip }, async (t) => {
  const { child, part, next } = await start(t, LONG_MS);
  child.kill('SIGINT');
  t.equal(await next(), 'stopping');
  child.kill('SIGINT');
  t.equal(await next(), `no ${part}`, 'the part was asked once, and goes on');
  t.ok(await groupLives(part));
  t.equal(child.exitCode, null);
});

test('another Ctrl-C ends everything at once', { skip }, async (t) => {
  const { child, part, next } = await start(t, 0);
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  t.equal(await next(), 'stopping');
  child.kill('SIGINT');
  t.same(await exited, [130, null]);
  await t.resolves(groupsEnded(part));
});

test('a reader that has gone is a reason to stop', async (t) => {
  const program = `${PROGRAM} setInterval(() => console.log('more'), 10); signal.addEventListener('abort', () => process.exit(7));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, String(LONG_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'exit');
  t.equal(code, 7);
});
