import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the first of these programs is that is installed. */
export function installed(programs: readonly string[], folders: readonly string[] = []): string | undefined {
  const all = [...folders, ...(process.env.PATH ?? '').split(delimiter)];
  return programs.flatMap((program) => all.map((folder) => join(folder, program))).find((path) => existsSync(path));
}

/** Why a test that needs a program is skipped: how to install it. With REQUIRE_SERVICES it is not skipped, and fails. */
export function skipWithout(program: string | undefined, howToInstall: string): string | false {
  return program === undefined && process.env.REQUIRE_SERVICES !== '1' ? howToInstall : false;
}

const SETPRIV = installed(['setpriv']);
const running = new Map<ChildProcess, NodeJS.Signals>();
process.on('exit', () => {
  for (const [child, signal] of running) child.kill(signal);
});

/**
 * Starts a program that ends with this process, by SIGKILL or the signal that is told: with `setpriv` however this ends, even by a
 * SIGKILL and even when the program was stopped.
 */
export function spawnWithin(
  program: string,
  args: readonly string[],
  { endsBy = 'SIGKILL', ...options }: SpawnOptions & { readonly endsBy?: NodeJS.Signals },
): ChildProcess {
  const [command, ...first] = SETPRIV === undefined ? [program] : [SETPRIV, `--pdeathsig=${endsBy.slice(3)}`, program];
  const child = spawn(command, [...first, ...args], options);
  running.set(child, endsBy);
  child.once('exit', () => running.delete(child));
  return child;
}
