import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { isPlainError } from './engine.ts';
import { isBusy, LockQueue } from './lock-queue.ts';
import { migrate } from './migrations.ts';
import { type UserStore, type UserTables, userStore } from './store.ts';

/** How long a starting process waits for another one that makes the tables, in ms. */
const START_WAIT_MS = 15_000;

/**
 * Opens the SQLite file of the users and brings its tables up to date.
 *
 * @throws SQLite's own error when the file cannot be opened or is something else
 */
export async function openSqliteUserStore(path: string): Promise<UserStore> {
  // SQLite itself never waits for a lock: it would hold up the event loop, and every request with it.
  const sqlite = new Database(path, { timeout: 0 });
  try {
    const db = new Kysely<UserTables>({ dialect: new SqliteDialect({ database: sqlite }) });
    const deadline = performance.now() + START_WAIT_MS;
    // Turning on WAL and taking the lock can both meet another process that is just starting.
    while (!prepare(sqlite)) {
      if (performance.now() > deadline) throw new Error('another process keeps the database locked');
      await wait(20);
    }
    try {
      await migrate(db);
      sqlite.exec('COMMIT');
    } finally {
      if (sqlite.inTransaction) sqlite.exec('ROLLBACK');
    }
    // Apart, since who reads need not wait for another process's write.
    const turns = { read: new LockQueue(), write: new LockQueue() };
    return userStore(db, {
      isOutage,
      assertDurable: watchFile(path),
      inTurn: (kind, work) => turns[kind].add(work),
    });
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/**
 * Makes what is acknowledged durable, and takes the write lock, under which no other process can migrate: Kysely has no
 * lock of its own for SQLite.
 *
 * @returns false while another process is in the way
 */
function prepare(sqlite: Database.Database): boolean {
  try {
    sqlite.pragma('journal_mode = WAL');
    // In WAL mode NORMAL would lose the last commits to a power cut.
    sqlite.pragma('synchronous = FULL');
    sqlite.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

/** SQLite goes on writing to a file that was deleted or replaced: every commit would succeed, and be lost at the end. */
function watchFile(path: string): () => void {
  const opened = statSync(path, { bigint: true });
  return () => {
    const { ino, dev } = statSync(path, { bigint: true });
    if (ino !== opened.ino || dev !== opened.dev) throw new Error('The file was replaced while in use');
  };
}

/** SQLite's result codes for a statement that is wrong whatever the state of the file. */
const MISTAKES = ['SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_MISUSE', 'SQLITE_RANGE', 'SQLITE_TOOBIG'] as const;

function isOutage(error: unknown): boolean {
  if (!(error instanceof Database.SqliteError)) return isPlainError(error);
  // The code of every statement that cannot be compiled; without the table the best one cannot.
  if (error.code === 'SQLITE_ERROR') return error.message.startsWith('no such table');
  return !MISTAKES.some((code) => error.code.startsWith(code));
}
