import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StartError } from './start-error.ts';

/**
 * Makes the folder of the files. It names everybody who has signed in, so it is for this user's eyes only. One that exists keeps its rights.
 *
 * @throws {StartError} naming DATA_DIR, and why
 */
export function makeDataDir(dataDir: string): void {
  try {
    makeFolder(resolve(dataDir));
  } catch (cause) {
    throw StartError.inDataDir(dataDir, undefined, cause);
  }
}

/** Folder by folder: Node's own `recursive` never ends below /proc, and takes a read-only file system for a missing folder. */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  if (!existsSync(dirname(folder))) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (isFolder(folder)) return;
    throw error;
  }
  // Whatever the umask.
  chmodSync(folder, 0o700);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Makes a file in the folder, when it is not there, for this user's eyes only. SQLite gives its `-wal` and `-shm` files the same rights.
 *
 * @returns its path
 * @throws the file system's own error
 */
export function makeDataFile(dataDir: string, name: string): string {
  const path = join(dataDir, name);
  closeSync(openSync(path, 'a', 0o600));
  return path;
}
