import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;

/** Runs a task while no other process does that with the same file. The system ends the lock of one that has crashed. */
export async function exclusively<T>(file: string, task: () => Promise<T>): Promise<T> {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    while (!begins(database)) await sleep(POLL_MS);
    return await task();
  } finally {
    database.close();
  }
}

const SQLITE_BUSY = 5;

function begins(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
