import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';

/** How long a request waits for a lock that another process holds, in ms. */
const LOCK_WAIT_MS = 3000;

/** Whether SQLite only says that another process holds a lock. Nothing was done then. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

/**
 * Does pieces of work one after the other. While another process holds the lock, the first in the queue tries again and again,
 * between turns of the event loop, so that other requests go on. The rest need not try: they would find the same lock.
 */
export class LockQueue {
  /** Each attempt does the work and resolves to whether that is over. It never rejects. */
  readonly #attempts: (() => Promise<boolean>)[] = [];
  #running = false;

  /** Rejects with what the work throws; with `SQLITE_BUSY` only after {@link LOCK_WAIT_MS}. */
  add<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const deadline = performance.now() + LOCK_WAIT_MS;
    this.#attempts.push(async () => {
      try {
        resolve(await work());
      } catch (error) {
        if (isBusy(error) && performance.now() < deadline) return false;
        reject(error);
      }
      return true;
    });
    if (!this.#running) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let [attempt] = this.#attempts; attempt !== undefined; [attempt] = this.#attempts) {
      if (await attempt()) this.#attempts.shift();
      // Not in step with the other processes that wait for the same lock.
      else await wait(5 + Math.random() * 20);
    }
    this.#running = false;
  }
}
