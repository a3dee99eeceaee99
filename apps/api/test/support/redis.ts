import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { freePort } from './ports.ts';
import { spawnWithin } from './spawn-within.ts';

/** A real Redis that keeps its data in a folder of its own. */
export interface RedisServer {
  readonly url: string;
  /** Sends one command on a connection of its own. */
  command(...words: string[]): Promise<unknown>;
  /** Makes APIs take it for one that has been used before: on a new one they wait for 7 s, in case it has lost everything. */
  settle(prefix?: string): Promise<void>;
  /** Every key and value, as text. */
  dump(): Promise<string>;
  /** SIGKILL, as a crash would end it. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what is on its disk or with nothing. */
  start(data: 'kept' | 'lost'): Promise<void>;
  /** SIGSTOP: it still takes connections, and never answers. */
  freeze(): void;
  thaw(): void;
  /** Cuts every connection that clients have. */
  cut(): Promise<void>;
  remove(): Promise<void>;
}

const PROGRAM = ['/usr/bin/redis-server', '/usr/bin/valkey-server'].find((path) => existsSync(path));
const HOW_TO_INSTALL = 'Redis is not installed: apt-get install redis-server';

/** Why tests that need Redis do not run; with REQUIRE_SERVICES they run, and fail. */
export const skipRedis: string | false =
  PROGRAM === undefined && process.env.REQUIRE_SERVICES !== '1' ? HOW_TO_INSTALL : false;

/** @param settings further ones, as on the command line of redis-server */
export async function startRedis(settings: readonly string[] = []): Promise<RedisServer> {
  const program = PROGRAM;
  if (program === undefined) throw new Error(HOW_TO_INSTALL);
  const root = mkdtempSync(join(tmpdir(), 'api-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let folder = mkdtempSync(join(root, 'data-'));
  let child: ChildProcess | undefined;

  const start = async (data: 'kept' | 'lost'): Promise<void> => {
    if (data === 'lost') folder = mkdtempSync(join(root, 'data-'));
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const where = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
    const args = [...where, ...durable, '--loglevel', 'warning', ...settings];
    const started = spawnWithin(program, args, { stdio: 'ignore' });
    child = started;
    for (const deadline = Date.now() + 20_000; ; ) {
      if ((await command('PING').catch(() => undefined)) === 'PONG') return;
      if (started.exitCode !== null || Date.now() > deadline) throw new Error('Redis did not start');
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  /** Sends one command on a connection of its own. */
  const command = async (...words: string[]): Promise<unknown> => {
    const password = settings[settings.indexOf('--requirepass') + 1];
    const client = createClient({
      url,
      ...(settings.includes('--requirepass') && password && { password }),
      // A busy machine takes longer than the five seconds of node-redis.
      socket: { reconnectStrategy: false, connectTimeout: 60_000 },
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.sendCommand(words);
    } finally {
      client.destroy();
    }
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const atExit = (): void => void child?.kill('SIGKILL');
  process.on('exit', atExit);
  await start('lost');
  return {
    url,
    command,
    async settle(prefix = 'google-bearer') {
      const info = String(await command('INFO'));
      const run = ['run_id', 'master_replid']
        .map((name) => new RegExp(`^${name}:(\\w+)`, 'm').exec(info)?.[1])
        .join(' ');
      await command('HSET', `{${prefix}}:state`, 'epoch', 'settled', 'run', run);
    },
    async dump() {
      const keys = await command('KEYS', '*');
      const contents = await Promise.all(
        list(keys).map(async (key) => [key, await command(...reading(key, await command('TYPE', key)))]),
      );
      return JSON.stringify(contents);
    },
    kill,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    cut: async () => void (await command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')),
    async remove() {
      await kill();
      process.off('exit', atExit);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The command that reads all of a value. */
function reading(key: string, type: unknown): string[] {
  switch (type) {
    case 'string':
      return ['GET', key];
    case 'hash':
      return ['HGETALL', key];
    case 'stream':
      return ['XRANGE', key, '-', '+'];
    case 'set':
      return ['SMEMBERS', key];
    case 'zset':
      return ['ZRANGE', key, '0', '-1', 'WITHSCORES'];
    default:
      throw new Error(`a value of type ${type} cannot be read here yet`);
  }
}
