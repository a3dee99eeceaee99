import { type RevocationEntry, type RevocationFollower, type RevocationLog, stampRevocationEntry } from 'google-bearer';
import { Cursor } from './cursor.ts';
import { GroupCommit } from './group-commit.ts';
import { checkOptions, type SqliteRevocationLogOptions } from './options.ts';
import { Store } from './store.ts';

/** A revocation log in a file. Close it after the verifiers that follow it. */
export interface SqliteRevocationLog extends RevocationLog, Disposable {
  /**
   * Stores an entry. Entries appended in one turn of the event loop share a transaction and its fsync. The event loop waits
   * for the fsync: typically a few ms.
   *
   * Rejects with a `TypeError` for a wrong entry. Rejects with SQLite's own error (`code`: `SQLITE_FULL`, `SQLITE_IOERR…`,
   * `SQLITE_CORRUPT`, …) when the entry cannot be stored; `SQLITE_BUSY` if another process holds the write lock for 3 s. Rejects
   * with an `Error` when the file was deleted or replaced, or the log is closed. No message holds a subject or a hash. After a
   * rejection the entry may be in the file all the same. Appending it again is harmless.
   */
  append(entry: RevocationEntry): Promise<void>;
  /**
   * Replays before it returns, then polls. The polling does not keep the process alive. A failure is reported by
   * `error` at every poll until it has passed.
   */
  follow(follower: RevocationFollower): () => void;
  /** Stores waiting entries, stops polling and closes the file. After that `append` rejects. May be called again. */
  close(): void;
}

/**
 * Opens a revocation log in an SQLite file. The processes of one machine may share the file: each finds at its next poll
 * what the others have appended.
 *
 * @throws {TypeError} naming the option that is wrong
 * @throws {Error} when the file cannot be opened or written, is not a revocation log, is one of a newer version, or its
 *   file system cannot make commits durable (WAL)
 */
export function sqliteRevocationLog(options: SqliteRevocationLogOptions): SqliteRevocationLog {
  const { path, pollIntervalMs } = checkOptions(options);
  return new FileLog(new Store(path), pollIntervalMs);
}

class FileLog implements SqliteRevocationLog {
  readonly #store: Store;
  readonly #pollIntervalMs: number;
  readonly #cursors = new Set<Cursor>();
  readonly #commits: GroupCommit;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(store: Store, pollIntervalMs: number) {
    this.#store = store;
    this.#pollIntervalMs = pollIntervalMs;
    this.#commits = new GroupCommit({
      commit: (entries) => store.commit(entries),
      deliver: () => this.#deliver(),
    });
  }

  async append(entry: RevocationEntry): Promise<void> {
    const stamped = stampRevocationEntry(entry);
    if (this.#closed) throw closedError();
    await this.#commits.add(stamped);
  }

  follow(follower: RevocationFollower): () => void {
    if (this.#closed) {
      follower.error(closedError());
      return () => {};
    }
    const cursor = new Cursor(this.#store, follower);
    this.#cursors.add(cursor);
    this.#timer ??= setInterval(() => this.#poll(), this.#pollIntervalMs).unref();
    cursor.poll();
    return () => this.#unfollow(cursor);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#commits.finish();
    for (const cursor of this.#cursors) this.#unfollow(cursor);
    this.#store.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #poll(): void {
    for (const cursor of this.#cursors) cursor.poll();
  }

  /** Every follower is served before the first failure is thrown. */
  #deliver(): void {
    const failures: unknown[] = [];
    for (const cursor of this.#cursors) {
      try {
        cursor.refresh();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #unfollow(cursor: Cursor): void {
    cursor.end();
    this.#cursors.delete(cursor);
    if (this.#cursors.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function closedError(): Error {
  return new Error('The revocation log is closed');
}
