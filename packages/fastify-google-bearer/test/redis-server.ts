import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type RedisClientType } from 'redis';
import type { Test } from 'tap';

const installed = spawnSync('redis-server', ['--version']).status === 0;

/** Whether tests can run: skipped, saying why, unless REQUIRE_SERVICES asks for a failure instead. */
export const noRedis: string | false =
  installed || process.env.REQUIRE_SERVICES === '1' ? false : 'needs Redis: apt-get install redis-server';

/** A Redis of this test alone, in memory, which ends with the test. */
export interface RedisServer {
  readonly url: string;
  /** kill -9; or stops it as a hanging machine would. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** A connected client, closed with the test. */
  connect(): Promise<RedisClientType>;
}

export async function startRedis(t: Test): Promise<RedisServer> {
  for (;;) {
    const port = randomInt(22_001, 28_000);
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    t.teardown(() => end(child));
    const url = `redis://127.0.0.1:${port}`;
    if (await answers(child, url))
      return { url, signal: (name) => void child.kill(name), connect: () => connect(t, url) };
  }
}

async function connect(t: Test, url: string): Promise<RedisClientType> {
  const client: RedisClientType = createClient({ url });
  client.on('error', () => {});
  t.teardown(() => client.destroy());
  await client.connect();
  return client;
}

/** False when it ended, for example because somebody else has the port. */
async function answers(child: ChildProcess, url: string): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on('error', () => {});
    try {
      await client.connect();
      const mine = /^process_id:(\d+)/m.exec(await client.info('server'))?.[1] === String(child.pid);
      client.destroy();
      if (mine) return true;
    } catch {
      // Not yet.
    }
    await sleep(10);
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGCONT');
  child.kill('SIGKILL');
  await gone;
}
