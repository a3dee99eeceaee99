import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import { AUDIENCE } from './fixtures/tokeninfo-bodies.ts';
import { setUp } from './fixtures/verifier.ts';

/** Runs a program that watches one token, beside what `options` and `then` are; what it says, line by line. */
function program(upstream: string, options: string, then: string) {
  const source = new URL('../src/index.ts', import.meta.url);
  const text = `
    import { createTokenVerifier } from ${JSON.stringify(source)};
    const say = (line) => console.log(line);
    // A process that has just started is slow, on a busy machine for seconds.
    const common = { audience: ${JSON.stringify(AUDIENCE)}, endpoints: ${JSON.stringify(upstream)}, timeoutMs: 20_000 };
    const verifier = createTokenVerifier({ ...common, ${options} });
    await verifier.ready();
    const principal = await verifier.verify('one');
    const watch = (callback) => verifier.onRevoked(principal, callback);
    ${then}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout === null) throw new Error('no output');
  return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator](), ended: once(child, 'close') };
}

test('a callback that throws keeps no other from being called, and is reported as uncaught', async (t) => {
  const { upstream } = await setUp(t);
  const { child, lines, ended } = program(
    upstream.url,
    '',
    `process.on('uncaughtException', ({ message }) => say('uncaught: ' + message));
    for (const name of ['a', 'b', 'c']) watch(() => { say(name); if (name !== 'c') throw new Error('of ' + name); });
    await verifier.revokeToken('one');
    say('acknowledged');
    await verifier.close();
    process.disconnect();`,
  );
  const said: string[] = [];
  for await (const line of { [Symbol.asyncIterator]: () => lines }) said.push(line);
  t.strictSame(said.toSorted(), ['a', 'acknowledged', 'b', 'c', 'uncaught: of a', 'uncaught: of b']);
  await ended;
  t.equal(child.exitCode, 0);
});

test('who watches keeps no process alive', async (t) => {
  const { upstream } = await setUp(t);
  const { child, ended } = program(upstream.url, '', 'watch(() => undefined); process.disconnect();');
  await ended;
  t.equal(child.exitCode, 0);
});

test('a process that was stopped ends what is open when it goes on', { skip: platform === 'win32' }, async (t) => {
  const { upstream } = await setUp(t);
  const { child, lines, ended } = program(
    upstream.url,
    // Long enough for this process to confirm it in time, however busy the machine is.
    `maxStalenessMs: 4000, revocationLog: {
      append: async () => undefined,
      // The parent confirms the view: what was asked when.
      follow(follower) {
        process.on('message', (asOf) => follower.confirm(asOf));
        process.send(Date.now());
        const timer = setInterval(() => process.send(Date.now()), 100);
        return () => clearInterval(timer);
      },
    }`,
    `watch((error) => { say(error.code); process.exit(); }); say('watching');`,
  );
  child.on('message', (asOf) => child.connected && child.send(Number(asOf), () => undefined));
  t.equal((await lines.next()).value, 'watching');
  child.kill('SIGSTOP');
  await sleep(4_300);
  child.kill('SIGCONT');
  t.equal((await lines.next()).value, 'ERR_REVOCATIONS_STALE');
  await ended;
});
