import { resolve } from 'node:path';

/** What {@link sqliteRevocationLog} takes. */
export interface SqliteRevocationLogOptions {
  /**
   * The database file, on a local disk. If it or its folder does not exist, it is made, and only this user may read it.
   * Processes with the same file share their revocations. Not `:memory:` and not a `file:` URI.
   */
  readonly path: string;
  /**
   * How often the log looks in the file for what other processes have added, in ms; whole, 1 to 1 000. It must be much less
   * than the verifier's `maxStalenessMs`. Default: 50.
   */
  readonly pollIntervalMs?: number;
}

/** The default of `pollIntervalMs`. */
export const DEFAULT_POLL_INTERVAL_MS = 50;

/** Reads, checks and defaults the options once. */
export function checkOptions(options: SqliteRevocationLogOptions): Readonly<Required<SqliteRevocationLogOptions>> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('google-bearer-sqlite: path is required');
  }
  const { path, pollIntervalMs = DEFAULT_POLL_INTERVAL_MS, ...unknown } = options;
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) {
    throw new TypeError(
      `google-bearer-sqlite: ${stranger}: there is no such option; there are path and pollIntervalMs`,
    );
  }
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new TypeError('google-bearer-sqlite: path must be the name of a file');
  }
  // SQLite takes these for a database in memory or for a URI with options, which could switch durability off.
  if (path === ':memory:' || path.startsWith('file:')) {
    throw new TypeError(
      'google-bearer-sqlite: path must be a file on disk: a revocation log in memory or behind a URI would not be durable',
    );
  }
  // better-sqlite3 trims names: it would open another file than the one named.
  if (path.trim() !== path) throw new TypeError('google-bearer-sqlite: path must not begin or end with white space');
  if (!Number.isInteger(pollIntervalMs) || pollIntervalMs < 1 || pollIntervalMs > 1000) {
    throw new TypeError('google-bearer-sqlite: pollIntervalMs must be a whole number from 1 to 1000');
  }
  return Object.freeze({ path: resolve(path), pollIntervalMs });
}
