import { join } from 'node:path';
import { startNode } from '@google-bearer/test-kit/node-program';
import { reservedPort } from '@google-bearer/test-kit/ports';
import type { Test } from 'tap';
import { builtWeb } from './built-web.ts';

const MAIN = join(import.meta.dirname, '../../../apps/stack/src/main.ts');

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
  const ports = { PORT: String(api), WEB_PORT: String(await reservedPort()) };
  const program = startNode(t, [MAIN, ...(dev ? ['--dev'] : [])], {
    cwd: t.testdir(file === undefined ? {} : { '.env': file }),
    env: { PATH: process.env.PATH, ...ports, ...env },
    // It ends its parts.
    endsBy: 'SIGTERM',
    // Every line that the whole system has written: no token may be in any of them.
    afterwards(output) {
      if (/ya29\./.test(output)) throw new Error('a token was logged');
    },
  });
  const exited = program.ended.then(({ code }) => code);
  return {
    pid: program.child.pid ?? 0,
    output: program.output,
    exited,
    said: program.said,
    async stop(signal) {
      await program.end(signal);
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
