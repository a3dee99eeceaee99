import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const SETPRIV = '/usr/bin/setpriv';

/** Starts a program that ends when this process does, however that comes about; where there is no setpriv it may stay. */
export function spawnWithin(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  if (!existsSync(SETPRIV)) return spawn(program, args, options);
  return spawn(SETPRIV, ['--pdeathsig=KILL', program, ...args], options);
}
