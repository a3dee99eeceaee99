import { hash } from 'node:crypto';
import Database from 'better-sqlite3';
import { type RevocationEntry, revokedSubjectSha256 } from 'google-bearer';
import { isBusy, LOCK_WAIT_MS } from './busy.ts';
import { FileIdentity, makeFile } from './file.ts';
import { COLUMNS, toRow, UNDOING_KEPT_MS } from './rows.ts';
import { prepareDatabase } from './schema.ts';

/** How long SQLite itself may wait for a lock, and thereby stop the event loop. Longer waits are the caller's. */
const BLOCKING_WAIT_MS = 5;
/** Rows outlive their end by this, so that clocks that are set back a little find them still there. */
const MARGIN_MS = 60_000;
const TRIM_INTERVAL_MS = 60_000;
/** How many rows one commit may delete, so that none takes long. */
const TRIM_ROWS = 1000;

/** What a new follower has to know, as of one moment. */
interface Snapshot {
  /** The number of the newest row in the file. */
  readonly last: unknown;
  /** What {@link Store.after} wants to know. */
  readonly history: unknown;
  readonly rows: readonly unknown[];
}

/** The file: every SQL statement is here. One connection, opened once. Methods throw SQLite's own errors. */
export class Store {
  readonly #db: Database.Database;
  readonly #identity: FileIdentity;
  readonly #version: Database.Statement<[]>;
  readonly #history: Database.Statement<[]>;
  readonly #after: Database.Transaction<(seq: number, history: unknown) => readonly unknown[] | undefined>;
  readonly #write: Database.Transaction<(entries: readonly RevocationEntry[]) => void>;
  readonly #read: Database.Transaction<(now: number) => Snapshot>;
  /** When to look for old rows again, on the clock of `performance.now()`. */
  #trimAt = 0;

  /** @throws when the file cannot be opened, is something else, or cannot be made durable */
  constructor(path: string) {
    makeFile(path);
    this.#db = open(path);
    this.#identity = new FileIdentity(path);
    this.#version = this.#db.prepare<[]>('PRAGMA data_version').pluck();
    // Every restoring of a backup into the file changes it, and nothing else does: our tables are made once.
    this.#history = this.#db.prepare<[]>('PRAGMA schema_version').pluck();
    this.#after = this.#resumer();
    this.#write = this.#writer();
    this.#read = this.#reader();
  }

  /** Adds entries, all or none. On return they are on disk. */
  commit(entries: readonly RevocationEntry[]): void {
    // IMMEDIATE takes the write lock first, so that numbers are given in the order of the commits: writers take turns,
    // and no row can appear with a lower number than one that a reader has seen already.
    this.#write.immediate(entries);
    this.#identity.check();
  }

  /** A value that changes when another connection has committed since. Cheap: it reads no row. */
  version(): unknown {
    this.#identity.check();
    return this.#version.get();
  }

  /**
   * Every row after a number, in order.
   *
   * @param history that of the snapshot by which the number is known
   * @returns undefined when a backup was restored into the file since (`.restore` keeps the file): numbers are given anew then
   */
  after(seq: number, history: unknown): readonly unknown[] | undefined {
    return this.#after.deferred(seq, history);
  }

  /** Every row that can still match a token at this time, in order. */
  snapshot(now: number): Snapshot {
    return this.#read.deferred(now);
  }

  /** Ends the connection; the last one to a file folds the `-wal` file into it. */
  close(): void {
    this.#db.close();
  }

  #writer(): Database.Transaction<(entries: readonly RevocationEntry[]) => void> {
    const insert = this.#db.prepare(`INSERT INTO revocations (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    const undo = this.#db.prepare<[number, string]>(
      `UPDATE revocations SET expires_at = ? WHERE type = 'block' AND expires_at IS NULL AND subject = ?`,
    );
    // The same subject spelt as a hash, on either side. Rare, so it may look at every block in force.
    this.#db.function('sha256_of', { deterministic: true }, (subject) => sha256Of(subject));
    const undoByHash = this.#db.prepare<[number, Buffer]>(
      `UPDATE revocations SET expires_at = ?
       WHERE type = 'block' AND expires_at IS NULL AND coalesce(token_sha256, sha256_of(subject)) = ?`,
    );
    const hashes = this.#db
      .prepare<[]>(`SELECT 1 FROM revocations WHERE type = 'block' AND expires_at IS NULL AND subject IS NULL LIMIT 1`)
      .pluck();
    const trim = this.#db.prepare<[number, number]>(
      'DELETE FROM revocations WHERE seq IN (SELECT seq FROM revocations WHERE expires_at < ? LIMIT ?)',
    );
    return this.#db.transaction((entries) => {
      const now = Date.now();
      // Before the new rows, so that followers are shown each of those, even one that has ended already.
      if (performance.now() >= this.#trimAt) {
        const { changes } = trim.run(now - MARGIN_MS, TRIM_ROWS);
        this.#trimAt = changes < TRIM_ROWS ? performance.now() + TRIM_INTERVAL_MS : 0;
      }
      for (const entry of entries) {
        // Of a subject's blocks and unblocks only the newest says anything; what it supersedes is given an end.
        if (entry.type === 'block' || entry.type === 'unblock') {
          const end = now + UNDOING_KEPT_MS;
          if (entry.subject !== undefined) undo.run(end, entry.subject);
          if (entry.subject === undefined || hashes.get() !== undefined) {
            undoByHash.run(end, Buffer.from(revokedSubjectSha256(entry), 'hex'));
          }
        }
        insert.run(...toRow(entry, now));
      }
    });
  }

  #resumer(): Database.Transaction<(seq: number, history: unknown) => readonly unknown[] | undefined> {
    const rows = this.#db.prepare<[number]>(`SELECT seq, ${COLUMNS} FROM revocations WHERE seq > ? ORDER BY seq`);
    return this.#db.transaction((seq, history) => (this.#history.get() === history ? rows.all(seq) : undefined));
  }

  #reader(): Database.Transaction<(now: number) => Snapshot> {
    const last = this.#db.prepare<[]>('SELECT coalesce(max(seq), 0) FROM revocations').pluck();
    // Says what to leave out, not what to take: a row of an unknown kind has to come up and be reported.
    const rows = this.#db.prepare<[number]>(
      `SELECT seq, ${COLUMNS} FROM revocations
       WHERE type <> 'unblock'
         AND NOT (type = 'block' AND expires_at IS NOT NULL)
         AND NOT (type IN ('token', 'subject', 'everyone') AND expires_at IS NOT NULL AND expires_at <= ?)
       ORDER BY seq`,
    );
    return this.#db.transaction((now) => ({ last: last.get(), history: this.#history.get(), rows: rows.all(now) }));
  }
}

function sha256Of(subject: unknown): Buffer | null {
  return typeof subject === 'string' ? hash('sha256', subject, 'buffer') : null;
}

/** Several processes that start at once hinder each other while one makes the tables, so this waits its turn. */
function open(path: string): Database.Database {
  const db = new Database(path, { timeout: BLOCKING_WAIT_MS });
  const deadline = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      prepareDatabase(db);
      return db;
    } catch (error) {
      if (isBusy(error) && performance.now() < deadline) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 + Math.random() * 20);
        continue;
      }
      db.close();
      throw error;
    }
  }
}
