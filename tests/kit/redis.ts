import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type RedisClientType } from 'redis';
import { eventually } from './eventually.ts';
import { reservedPort } from './ports.ts';
import { installed, skipWithout, spawnWithin } from './programs.ts';
import { allOf } from './redis-dump.ts';

const PROGRAM = installed(['redis-server', 'valkey-server']);

/** Why a test that needs Redis is skipped; with REQUIRE_SERVICES it is not, and fails. */
export const noRedis: string | false = skipWithout(PROGRAM, 'needs Redis or Valkey: apt-get install redis-server');

/** node-redis makes a class for each client whose options are not those of the one before; a copy costs next to nothing. */
const pattern: RedisClientType = createClient();

/** What runs when a test ends. */
interface Teardown {
  teardown(handler: () => Promise<void>): unknown;
}

/** What a log may rely on. */
export const DURABLE: readonly string[] = ['--appendonly', 'yes', '--appendfsync', 'always'];
/** Nothing but what is said; and replicas that need not wait for others to join them. */
const PLAIN = ['--bind', '127.0.0.1', '--save', '', '--repl-diskless-sync-delay', '0'];

/** A Redis of this test alone: a real process on a port of its own, with its files in a folder of its own. */
export class Redis {
  readonly url: string;
  readonly port: number;
  readonly #arguments: readonly string[];
  readonly #folder: string;
  readonly #admin: string;
  #process: ChildProcess | undefined;
  #client: RedisClientType | undefined;

  private constructor(port: number, folder: string, args: readonly string[], admin: string | undefined) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#arguments = args;
    this.#admin = admin ?? this.url;
  }

  /**
   * @param args what redis-server is told besides; default: to keep an append-only file
   * @param admin the URL for looking behind the scenes, when it is not the plain one
   */
  static async start(t: Teardown, args: readonly string[] = DURABLE, admin?: (port: number) => string): Promise<Redis> {
    const folder = mkdtempSync(join(tmpdir(), 'google-bearer-redis-'));
    const port = await reservedPort();
    const server = new Redis(port, folder, args, admin?.(port));
    t.teardown(async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    });
    await server.launch();
    return server;
  }

  /** A replica that has all that its master has. */
  static async replica(t: Teardown, master: Redis, args: readonly string[] = []): Promise<Redis> {
    const server = await Redis.start(t, [...DURABLE, ...args, '--replicaof', '127.0.0.1', String(master.port)]);
    await server.inSync(master);
    return server;
  }

  /** Starts the process, again with the data that it left. */
  async launch(): Promise<void> {
    const place = ['--port', String(this.port), '--dir', this.#folder];
    const child = spawnWithin(PROGRAM ?? 'redis-server', [...place, ...PLAIN, ...this.#arguments], {
      stdio: 'ignore',
    });
    this.#process = child;
    const gone = once(child, 'exit').then(() => Promise.reject(new Error('Redis did not start')));
    gone.catch(() => {});
    await Promise.race([gone, this.#answers(child)]);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    this.#client?.destroy();
    this.#client = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await gone;
  }

  /** Removes what the dead process has left on disk. */
  loseData(): void {
    rmSync(join(this.#folder, 'appendonlydir'), { recursive: true, force: true });
  }

  /** Stops it as a hanging machine would, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  /** Makes it a replica, as a failover does: connections stay, as long as they wait for nothing. */
  async demote(master: Redis): Promise<void> {
    const client = await this.raw();
    await client.sendCommand(['REPLICAOF', '127.0.0.1', String(master.port)]);
    await this.inSync(master);
  }

  async promote(): Promise<void> {
    const client = await this.raw();
    await client.sendCommand(['REPLICAOF', 'NO', 'ONE']);
  }

  /** Resolves when it has all that its master has now. */
  async inSync(master: Redis): Promise<void> {
    const wanted = Number(await master.replication('master_repl_offset'));
    await eventually('the replica', async () => {
      const [link, offset] = [
        await this.replication('master_link_status'),
        await this.replication('slave_repl_offset'),
      ];
      return (link === 'up' && Number(offset) >= wanted) || undefined;
    });
  }

  /** One line of `INFO replication`. */
  async replication(name: string): Promise<string | undefined> {
    const info = await (await this.raw()).info('replication');
    return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  }

  /** A client behind the log's back. */
  async raw(): Promise<RedisClientType> {
    if (this.#client?.isReady) return this.#client;
    const client: RedisClientType = pattern.duplicate({
      url: this.#admin,
      // A busy machine takes longer than the five seconds of node-redis.
      socket: { reconnectStrategy: false, connectTimeout: 60_000 },
      commandOptions: { timeout: 0 },
    });
    client.on('error', () => {});
    await client.connect();
    this.#client = client;
    return client;
  }

  /** A client that is closed with the test. */
  async connect(t: Teardown): Promise<RedisClientType> {
    const client: RedisClientType = pattern.duplicate({ url: this.#admin });
    client.on('error', () => {});
    t.teardown(async () => client.destroy());
    await client.connect();
    return client;
  }

  /** Makes revocation logs with this prefix take this Redis for one that has long settled: on a new one they wait for 7 s. */
  async settle(prefix = 'google-bearer'): Promise<void> {
    const client = await this.raw();
    const info = await client.info();
    const run = ['run_id', 'master_replid'].map((name) => new RegExp(`^${name}:(\\w+)`, 'm').exec(info)?.[1]).join(' ');
    await client.hSet(`{${prefix}}:state`, { epoch: 'settled', run });
  }

  /** Cuts every connection that clients have, but for those of {@link raw}. */
  async cut(): Promise<void> {
    await (await this.raw()).sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
  }

  /** Every key and value, as text. */
  async dump(): Promise<string> {
    return allOf(await this.raw());
  }

  async #answers(child: ChildProcess): Promise<void> {
    while (child.exitCode === null && child.signalCode === null) {
      try {
        const client = await this.raw();
        await client.ping();
        return;
      } catch {
        await sleep(10);
      }
    }
  }
}
