import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { spawnWithin } from './programs.ts';

const { NODE_COMPILE_CACHE = join(tmpdir(), 'google-bearer-compile-cache') } = process.env;

/** How a process has ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A Node process of a test, and what it has written. */
export interface NodeProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  stdout(): string;
  stderr(): string;
  /** Both, in the order in which they came. */
  output(): string;
  /** Resolves once its output matches; rejects with all of it when the process ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal, and resolves with the end. */
  end(signal: NodeJS.Signals): Promise<Ending>;
}

/** How it is started. */
export interface NodeProgramOptions {
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** What ends it after the test; SIGKILL by default. */
  readonly endsBy?: NodeJS.Signals;
  /** Looks at all that was written once the test and the process are over. What it throws fails the test. */
  readonly afterwards?: (output: string) => void;
}

/** Runs Node with these arguments, and our packages from their sources. It ends with the test. */
export function startNode(t: Test, args: readonly string[], options: NodeProgramOptions): NodeProgram {
  const { env, cwd, endsBy = 'SIGKILL', afterwards } = options;
  // tap gives every child a loader of its own by NODE_OPTIONS. It takes time, and cannot cope with `require` of TypeScript.
  const node = ['-u', 'NODE_OPTIONS', process.execPath, '--conditions=google-bearer-source'];
  const child = spawnWithin('env', [...node, ...args], {
    // Many are started: what Node makes of the sources need not be made each time.
    env: { NODE_COMPILE_CACHE, ...env },
    cwd,
    endsBy,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: { readonly to: 'stdout' | 'stderr'; readonly text: string }[] = [];
  const textOf = (...names: readonly string[]): string =>
    written.flatMap(({ to, text }) => (names.includes(to) ? [text] : [])).join('');
  const output = (): string => textOf('stdout', 'stderr');
  for (const to of ['stdout', 'stderr'] as const) {
    child[to]?.setEncoding('utf8').on('data', (text: string) => {
      written.push({ to, text });
      child.emit('said');
    });
  }
  const ended = once(child, 'close').then((): Ending => ({ code: child.exitCode, signal: child.signalCode }));
  t.teardown(async () => {
    child.kill(endsBy);
    await ended;
    afterwards?.(output());
  });
  return {
    child,
    ended,
    stdout: () => textOf('stdout'),
    stderr: () => textOf('stderr'),
    output,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output());
          if (found !== null) resolve(found);
        };
        child.on('said', look);
        look();
        void ended.then(() => reject(new Error(`it has ended:\n${output()}`)));
      }),
    async end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}
