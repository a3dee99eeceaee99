import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Test } from 'tap';
import { builtWeb } from './built-web.ts';
import { reservedPort } from './ports.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/** The stack as people start it. */
export interface Stack {
  readonly pid: number;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
  /** Resolves once it has printed something that matches; rejects when it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** How it is started. */
export interface StackOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The text of `.env`; undefined: there is none. */
  readonly file?: string;
  /** From the sources, with reload. */
  readonly dev?: boolean;
}

/** Spawns the stack, from its sources and unless `dev` with the production build of the web client, in a folder of its own. */
export async function spawnStack(t: Test, { env = {}, file, dev = false }: StackOptions = {}): Promise<Stack> {
  await builtWeb();
  // Not the usual ones: of two stacks that start at the same moment both could find those free.
  const api = await reservedPort();
  const ports = { PORT: String(api), WEB_PORT: String(await reservedPort([api])) };
  const child = spawn(process.execPath, ['--conditions=google-bearer-source', MAIN, ...(dev ? ['--dev'] : [])], {
    cwd: t.testdir(file === undefined ? {} : { '.env': file }),
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...ports, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('said');
    });
  }
  t.teardown(async () => {
    child.kill('SIGTERM');
    await exited;
    // Every line that the whole system has written: no token may be in any of them.
    if (/ya29\./.test(output)) throw new Error('a token was logged');
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output);
          if (found !== null) resolve(found);
        };
        child.on('said', look);
        look();
        void exited.then(() => reject(new Error(`it has ended:\n${output}`)));
      }),
    async stop(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

/** The stack once it has said where to click and what to paste. */
export async function startStack(t: Test, options?: StackOptions): Promise<Stack> {
  const stack = await spawnStack(t, options);
  await stack.said(/Stop with Ctrl-C\./);
  return stack;
}
