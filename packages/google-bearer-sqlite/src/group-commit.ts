import type { RevocationEntry } from 'google-bearer';
import { isBusy, LOCK_WAIT_MS } from './busy.ts';

interface Waiting {
  readonly entry: RevocationEntry;
  /** When to stop waiting for the lock, on the clock of `performance.now()`. */
  readonly deadline: number;
  resolve(): void;
  reject(error: unknown): void;
}

/** How a group is kept. */
interface Steps {
  /** Stores all entries or none; throws when it cannot. */
  commit(entries: readonly RevocationEntry[]): void;
  /** Shows what was stored to the followers; throws when it cannot. */
  deliver(): void;
}

/**
 * Entries added in one turn of the event loop share a transaction, since its cost is that of one fsync however many they
 * are. Waiting for another process's lock is done here, between turns, rather than by SQLite, which would stop the event
 * loop and every request with it.
 */
export class GroupCommit {
  readonly #steps: Steps;
  #waiting: Waiting[] = [];
  #cancel: (() => void) | undefined;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** Resolves when the entry is stored and delivered. */
  add(entry: RevocationEntry): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ entry, deadline: performance.now() + LOCK_WAIT_MS, resolve, reject });
    if (this.#cancel === undefined) {
      const immediate = setImmediate(() => this.#run(true));
      this.#cancel = () => clearImmediate(immediate);
    }
    return promise;
  }

  /** Stores what is waiting, now and without waiting for anybody. */
  finish(): void {
    this.#cancel?.();
    this.#run(false);
  }

  #run(mayRetry: boolean): void {
    this.#cancel = undefined;
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length === 0) return;
    try {
      this.#steps.commit(group.map(({ entry }) => entry));
    } catch (error) {
      this.#retryOrReject(group, error, mayRetry);
      return;
    }
    try {
      this.#steps.deliver();
    } catch (error) {
      // They are stored, yet whoever asked must not be told that they are in force here.
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  #retryOrReject(group: readonly Waiting[], error: unknown, mayRetry: boolean): void {
    const now = performance.now();
    for (const waiting of group) {
      if (mayRetry && isBusy(error) && now < waiting.deadline) this.#waiting.push(waiting);
      else waiting.reject(error);
    }
    if (this.#waiting.length === 0) return;
    // Not in step with the other processes that wait for the same lock.
    const timeout = setTimeout(() => this.#run(true), 5 + Math.random() * 20);
    this.#cancel = () => clearTimeout(timeout);
  }
}
