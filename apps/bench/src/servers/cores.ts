import { spawnSync } from 'node:child_process';

/** The cores that a server and its load run on, by their numbers. */
interface Cores {
  readonly server: string;
  readonly load: string;
}

/** What a process is to a measurement. */
export type Role = keyof Cores;

/**
 * One core for the server and another for the load, so that neither takes time from the other, and a server that hands work
 * to other threads pays for it as one does that has a process on every core. Undefined where that cannot be had: without
 * Linux's taskset, or with a single core.
 */
export const cores: Cores | undefined = readCores();

/** Puts a process, with all its threads, on its core. */
export function pin(pid: number, role: Role): void {
  if (cores) taskset('-a', '-c', '-p', cores[role], String(pid));
}

function readCores(): Cores | undefined {
  // For example "pid 7's current affinity list: 0-3,6".
  const numbers = taskset('-c', '-p', String(process.pid)).split(':')[1]?.match(/\d+/g) ?? [];
  const [first] = numbers;
  const last = numbers.at(-1);
  return first === undefined || last === undefined || first === last ? undefined : { server: first, load: last };
}

function taskset(...args: readonly string[]): string {
  return spawnSync('taskset', args, { encoding: 'utf8' }).stdout ?? '';
}
