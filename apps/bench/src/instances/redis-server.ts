import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A free port may be taken by somebody else before Redis listens there: then there is another one. */
const ATTEMPTS = 5;

/** Whether there is a Redis to start. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A running Redis. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
}

/** Starts a Redis of our own on a free port. It writes nothing to disk, so that no disk is measured. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'google-bearer-bench-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const port = await freePort();
    const child = await startOn(port, folder);
    if (child === undefined) continue;
    return {
      url: `redis://127.0.0.1:${port}`,
      async [Symbol.asyncDispose]() {
        const exited = once(child, 'exit');
        child.kill();
        await exited;
        await removeFolder();
      },
    };
  }
  await removeFolder();
  throw new Error('redis-server did not start');
}

/** Undefined when it ended instead of listening. */
async function startOn(port: number, folder: string): Promise<ChildProcess | undefined> {
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const child = spawn('redis-server', [...place, '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let ready = false;
  for await (const line of createInterface(child.stdout)) {
    ready = line.includes('Ready to accept connections');
    if (ready) break;
  }
  child.stdout.resume();
  return ready ? child : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}
