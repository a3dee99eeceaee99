import Database from 'better-sqlite3';

/** How long to wait for another connection that holds the write lock, in ms. */
export const LOCK_WAIT_MS = 3000;

/** Whether SQLite only says that another connection holds a lock. Nothing was written then. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
