import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Test, test } from 'tap';

const MAIN = join(import.meta.dirname, '../src/main.ts');
const API = /API {2,}(http:\S+)\/docs/;

interface Stack {
  readonly output: () => string;
  readonly exited: Promise<number | null>;
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** The stack, from its sources, once it has said what to paste. */
async function startStack(t: Test, env: Record<string, string> = {}): Promise<Stack> {
  const child = spawn(process.execPath, ['--conditions=google-bearer-source', MAIN], {
    cwd: t.testdir(),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  const guided = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('Stop with Ctrl-C.')) guided.resolve();
    });
  }
  t.teardown(async () => {
    child.kill('SIGTERM');
    await exited;
    // Every line that the whole system has written: no token may be in any of them.
    if (/ya29\./.test(output)) throw new Error('a token was logged');
  });
  await Promise.race([guided.promise, exited]);
  return {
    output: () => output,
    exited,
    async stop(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

const noService = process.env.REQUIRE_SERVICES ? false : await missing('bash', 'curl');

test('the printed lines work as pasted: a leaked token is denied at once, the other goes on', {
  skip: noService,
}, async (t) => {
  const stack = await startStack(t);
  const lines = stack
    .output()
    .split('\n')
    .filter((line) => /^(TOKEN=|OTHER=|curl )/.test(line));
  t.equal(lines.length, 7);
  const { stdout } = await promisify(execFile)('bash', ['-ec', lines.join('\n')]);
  const statuses = [...stdout.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  t.same(statuses, ['201', '200', '204', '401', '200']);
  t.match(
    stdout,
    /www-authenticate: Bearer realm="api", error="invalid_token", error_description="The access token has been revoked"/i,
  );
  t.match(stdout, /"code":"ERR_TOKEN_REVOKED"/);
  t.equal(await stack.stop('SIGINT'), 0);
  t.match(stack.output(), /Stopping/);
});

test('gives way when the usual ports are taken', async (t) => {
  const [usual] = await Promise.all([occupy(t, 4000), occupy(t, 4400)]);
  const stack = await startStack(t);
  const url = API.exec(stack.output())?.[1] ?? '';
  t.not(new URL(url).port, String(usual));
  t.equal((await fetch(`${url}/readyz`)).status, 200);
  t.equal(await stack.stop('SIGTERM'), 0);
  await t.rejects(fetch(`${url}/readyz`), 'nothing is left running');
});

test('says why it does not start, and leaves nothing running', async (t) => {
  const stack = await startStack(t, { LOG_LEVEL: 'loud', MAX_STALENESS_MS: '-1' });
  t.equal(await stack.exited, 1);
  t.match(stack.output(), /LOG_LEVEL: /);
  t.match(stack.output(), /MAX_STALENESS_MS: /);
  t.match(stack.output(), /api did not start/);
});

/** Takes a port, unless another program has it already: it is taken then, too. */
async function occupy(t: Test, port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  await Promise.race([once(server, 'listening'), once(server, 'error')]).catch(() => undefined);
  t.teardown(() => void server.close());
  return port;
}

async function missing(...programs: string[]): Promise<string | false> {
  for (const program of programs) {
    try {
      await promisify(execFile)(program, ['--version']);
    } catch {
      return `${program} is not installed; on Debian: apt-get install ${program}`;
    }
  }
  return false;
}
