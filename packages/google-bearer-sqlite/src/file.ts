import { type BigIntStats, closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the folder and the file when they do not exist, readable by this user alone: they say who was signed out.
 * SQLite gives its `-wal` and `-shm` files the same rights. What exists already keeps the rights that somebody gave it.
 *
 * @throws the file system's own error, also when the file may not be written
 */
export function makeFile(path: string): void {
  const made = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  if (made === undefined || process.platform === 'win32') return;
  // SQLite syncs the folder of its files, but a power cut could still take a new folder away, and the log with it.
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    syncFolder(folder);
    if (folder === dirname(made)) return;
  }
}

/**
 * Remembers which file is open, for {@link FileIdentity.check}. Once somebody has deleted or replaced it, SQLite goes on
 * writing to a file without a name: every commit would succeed, and be lost when the process ends.
 */
export class FileIdentity {
  readonly #files: readonly { readonly path: string; readonly stats: BigIntStats }[];

  /** @param path the database, already open and in WAL mode */
  constructor(path: string) {
    this.#files = [path, `${path}-wal`].map((name) => ({ path: name, stats: statSync(name, { bigint: true }) }));
  }

  /** @throws {Error} when the names no longer lead to the files that are open */
  check(): void {
    for (const { path, stats } of this.#files) {
      const current = statSync(path, { bigint: true, throwIfNoEntry: false });
      if (current?.ino !== stats.ino || current.dev !== stats.dev) {
        throw new Error('The file of the revocation log was deleted or replaced while in use; put it back or restart');
      }
    }
  }
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
