import { resolve } from 'node:path';

/** What keeps the API from starting, in words for the person who starts it; begins with the name of a variable. */
export class StartError extends Error {
  override readonly name = 'StartError';

  /**
   * Blames the folder of the files.
   *
   * @param file one in it; undefined: the folder itself
   */
  static inDataDir(dataDir: string, file: string | undefined, cause: unknown): StartError {
    const folder = resolve(dataDir);
    const what = file === undefined ? `${folder} cannot be made` : `${file} in ${folder} cannot be used`;
    return new StartError(`DATA_DIR: ${what}: ${reasonOf(cause)}`, { cause });
  }
}

/** Host and port, as they stand in a URL. */
export function placeOf(host: string, port: number | string): string {
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

/** By the beginning of a code of Node or SQLite. */
const REASONS = {
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a part of this path is a file',
  EACCES: 'this user has no right to it',
  EPERM: 'this user has no right to it',
  EISDIR: 'it has to be a file that this user may write, in a folder that this user may write',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  SQLITE_NOTADB: 'it is no SQLite database',
  SQLITE_CORRUPT: 'it is damaged',
  SQLITE_CANTOPEN: 'it has to be a file that this user may write, in a folder that this user may write',
  SQLITE_READONLY: 'this user may not write to it',
  SQLITE_FULL: 'the disk is full',
  SQLITE_IOERR: 'the disk fails',
  SQLITE_BUSY: 'another process keeps it locked',
} as const;

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  if (!('code' in cause && typeof cause.code === 'string')) return cause.message;
  const { code } = cause;
  const known = Object.entries(REASONS).find(([beginning]) => code.startsWith(beginning));
  return known === undefined ? code : `${known[1]} (${code})`;
}
