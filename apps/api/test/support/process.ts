import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { spawnWithin } from './spawn-within.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface ApiProcess {
  readonly child: ChildProcess;
  /** Where it listens. */
  readonly url: string;
  stdout(): string;
  stderr(): string;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ending>;
}

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

type Environment = Readonly<Record<string, string>>;

/** Runs the API as a process of its own, with these variables and no others, until it ends by itself. */
export async function runApi(t: Test, env: Environment): Promise<Ending & { stdout: string; stderr: string }> {
  const { child, stdout, stderr, ended } = launch(t, env);
  void child;
  return { ...(await ended), stdout: stdout(), stderr: stderr() };
}

/**
 * Starts the API as a process of its own and waits until it listens: on a free port, which its log tells, or on the `PORT` that is
 * given.
 */
export async function startProcess(t: Test, env: Environment): Promise<ApiProcess> {
  const { child, stdout, stderr, ended } = launch(t, { PORT: '0', ...env });
  const listening = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const url = /Server listening at (http:[^"]+)"/.exec(stdout())?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', () => reject(new Error(`the API did not start: ${stderr()}`)));
  });
  return {
    child,
    url: env.PORT === undefined ? await listening : await Promise.race([answering(child, env.PORT), listening]),
    stdout,
    stderr,
    async end(signal) {
      child.kill(signal);
      return await ended;
    },
  };
}

/** Resolves once it answers; when it has ended as well, which is for others to tell. */
async function answering(child: ChildProcess, port: string): Promise<string> {
  const url = `http://127.0.0.1:${port}`;
  while (child.exitCode === null && !(await fetch(`${url}/healthz`).catch(() => undefined))?.ok) await pause(20);
  return child.exitCode === null ? url : new Promise(() => {});
}

function launch(t: Test, env: Environment) {
  // Many are started: what Node makes of the sources need not be made each time.
  const child = spawnWithin(process.execPath, ['--conditions=google-bearer-source', main], {
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'google-bearer-compile-cache'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => void stdout.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void stderr.push(text));
  const ended = once(child, 'close').then((): Ending => ({ code: child.exitCode, signal: child.signalCode }));
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
    // Whatever it wrote, no token and no password may be in it.
    const output = stdout.join('') + stderr.join('');
    if (/ya29\./.test(output)) throw new Error('the API logged a token');
    const { password } = new URL(env.DATABASE_URL ?? 'none:');
    if (password && output.includes(password)) throw new Error('the API logged the password of the database');
  });
  return { child, ended, stdout: () => stdout.join(''), stderr: () => stderr.join('') };
}
