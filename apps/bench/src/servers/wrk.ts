import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cores } from './cores.ts';

/** What a run of wrk found. */
export interface Load {
  readonly requestsPerS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How many answers had a status of 400 or more. */
  readonly badStatuses: number;
  /** How many connections, reads, writes and waits came to nothing. */
  readonly failures: number;
}

/** How many connections are kept open: enough that the server always has something to do. */
export const CONNECTIONS = 32;

const script = fileURLToPath(new URL('../../src/servers/load.lua', import.meta.url));

/** @throws {Error} that says how to install wrk, when it is not installed */
export function requireWrk(): void {
  if (spawnSync('wrk', ['-v']).error) {
    throw new Error('The suite needs wrk: "apt-get install wrk" on Debian and Ubuntu, "brew install wrk" on macOS');
  }
}

/**
 * Has wrk load a URL from one thread, over connections that stay open.
 *
 * @param headers a file of Authorization headers, one a line, which are sent in turn
 */
export async function load(url: string, headers: string, seconds: number): Promise<Load> {
  const pinned = cores ? ['taskset', '-c', cores.load] : [];
  const options = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script];
  const [command = '', ...args] = [...pinned, 'wrk', ...options, url, '--', headers];
  const { stderr } = await promisify(execFile)(command, args);
  return readLoad(stderr);
}

/**
 * What load.lua wrote, after whatever wrk had to say itself.
 *
 * @throws {Error} that quotes what was said instead
 */
export function readLoad(stderr: string): Load {
  const found = parse(/\{[^{}]*\}\s*$/.exec(stderr)?.[0]);
  if (!isLoad(found)) throw new Error(`wrk reported no result, but: ${stderr}`);
  return found;
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isLoad(found: unknown): found is Load {
  if (typeof found !== 'object' || found === null) return false;
  const numbers = new Map(Object.entries(found));
  return ['requestsPerS', 'p50Ms', 'p99Ms', 'badStatuses', 'failures'].every(
    (name) => typeof numbers.get(name) === 'number',
  );
}
