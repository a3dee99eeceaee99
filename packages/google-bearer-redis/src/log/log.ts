import { randomUUID } from 'node:crypto';
import { type RevocationEntry, type RevocationFollower, type RevocationLog, revokedSubjectSha256 } from 'google-bearer';
import { type Client, openClient } from '../client.ts';
import { Commands } from '../commands.ts';
import { checkLogOptions, type RedisRevocationLogOptions } from '../options.ts';
import { stamp, toTexts } from './elements.ts';
import { checkFitness, checkRights } from './fitness.ts';
import { logKeys } from './keys.ts';
import { type LogSource, Reader } from './reader.ts';
import { APPEND } from './scripts.ts';

/** How long an entry may take to be stored and delivered here. */
const APPEND_MS = 3000;

/** A revocation log in Redis. Close it after the verifiers that follow it: its connections keep the process alive. */
export interface RedisRevocationLog extends RevocationLog, AsyncDisposable {
  /**
   * Stores an entry. Entries appended in one turn of the event loop share a write.
   *
   * Rejects with a `TypeError` for a wrong entry, and with {@link RedisUnfitError} when Redis could lose the entry. If it is not
   * certain within 3 s that the entry is stored and in force here, rejects with {@link RedisTimeoutError} or node-redis' own
   * error. The entry may be stored all the same, or later. Appending it again is harmless.
   */
  append(entry: RevocationEntry): Promise<void>;
  /**
   * Replays and then follows on a separate connection. When the connection breaks, it goes on where it was. It calls `error`
   * with the reason at every attempt.
   */
  follow(follower: RevocationFollower): () => void;
  /**
   * Resolves when Redis can be reached, is set up well, serves the keys of this prefix, holds nothing else under their names, and
   * lets this user append. For programs that should not start otherwise. A Redis whose memory is full passes, because the log
   * can be read.
   *
   * Rejects with {@link RedisUnfitError}, whose message says what to change, with {@link RedisTimeoutError} after 3 s, or with
   * node-redis' own error (`NOPERM`: the user lacks a right), which holds neither the URL nor the password.
   */
  check(): Promise<void>;
  /** Waits for running appends (3 s at most), then closes the connections. May be called again. */
  close(): Promise<void>;
}

/**
 * A revocation log in Redis or Valkey. All instances with the same database and prefix share it. Connects when it is first
 * used, and waits for a Redis that is down.
 *
 * @throws {TypeError} naming every option that is wrong
 */
export function redisRevocationLog(options: RedisRevocationLogOptions): RedisRevocationLog {
  const { durability, ...server } = checkLogOptions(options);
  return new RedisLog({ server, durability, keys: logKeys(server.prefix) });
}

class RedisLog implements RedisRevocationLog {
  readonly #source: LogSource;
  readonly #commands: Commands;
  /** The run of Redis that each connection leads to. */
  readonly #runs = new WeakMap<Client, string>();
  readonly #readers = new Set<Reader>();
  readonly #appending = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;

  constructor(source: LogSource) {
    this.#source = source;
    this.#commands = new Commands(() => this.#open());
  }

  async append(entry: RevocationEntry): Promise<void> {
    const stamped = stamp(entry);
    if (this.#closed !== undefined) throw closedError();
    const appending = this.#append(stamped);
    this.#appending.add(appending);
    try {
      await appending;
    } finally {
      this.#appending.delete(appending);
    }
  }

  follow(follower: RevocationFollower): () => void {
    if (this.#closed !== undefined) {
      follower.error(closedError());
      return () => {};
    }
    const reader = new Reader(this.#source, follower);
    this.#readers.add(reader);
    return () => this.#unfollow(reader);
  }

  async check(): Promise<void> {
    if (this.#closed !== undefined) throw closedError();
    const check = async (client: Client) => {
      await checkFitness(client, this.#source, APPEND_MS);
      await checkRights(client, this.#source.keys, APPEND_MS);
    };
    await this.#commands.run(check, APPEND_MS);
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#appending).then(() => {
      for (const reader of this.#readers) this.#unfollow(reader);
      this.#commands.close();
    });
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #append(entry: RevocationEntry): Promise<void> {
    const deadline = performance.now() + APPEND_MS;
    const { stream, blocked, unblocked, state } = this.#source.keys;
    const keys = [stream, blocked, unblocked, state];
    const subject = entry.type === 'block' || entry.type === 'unblock' ? revokedSubjectSha256(entry) : '';
    const { revokes, note } = toTexts(entry);
    const values = [revokes, note, entry.type, subject, randomUUID()];
    const [reply, client] = await this.#commands.run(
      async (client) => [await client.eval(APPEND, { keys, arguments: values }), client] as const,
      APPEND_MS,
    );
    const [id, current] = Array.isArray(reply) ? reply.map(String) : [];
    if (id === undefined || current === undefined) throw new Error('Redis answered something else than an id');
    const written = { run: this.#runs.get(client), epoch: current, id };
    try {
      await Promise.all([...this.#readers].map((reader) => reader.reached(written, deadline)));
    } catch (error) {
      // This may be an old master, and the readers with the new one by now. The next entry goes where the address leads.
      client.destroy();
      throw error;
    }
  }

  async #open(): Promise<Client> {
    const client = await openClient(this.#source.server, 'google-bearer-log', APPEND_MS / 2);
    try {
      this.#runs.set(client, await checkFitness(client, this.#source, APPEND_MS / 2));
      return client;
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  #unfollow(reader: Reader): void {
    reader.end();
    this.#readers.delete(reader);
  }
}

function closedError(): Error {
  return new Error('The revocation log is closed');
}
