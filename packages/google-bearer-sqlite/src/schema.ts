import Database from 'better-sqlite3';

/** "GBRL" in ASCII: marks the file as ours (PRAGMA application_id). */
const APPLICATION_ID = 0x4742524c;
const SCHEMA_VERSION = 1;

/** What is said about a revocation. Files from before there were such columns are given them. */
const NOTE_COLUMNS = ['appended_at INTEGER', 'reason TEXT', 'appended_by TEXT'];
const ADD_NOTE_COLUMNS = NOTE_COLUMNS.map((column) => `ALTER TABLE revocations ADD COLUMN ${column};`).join('\n');

/**
 * AUTOINCREMENT, so that the number of a deleted row is never given again: a follower that resumes after number n would
 * not see a new n. `expires_at` is when a row may be forgotten; the index makes that cheap.
 */
const SCHEMA = `
  CREATE TABLE revocations (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    token_sha256 BLOB,
    subject TEXT,
    issued_before INTEGER,
    expires_at INTEGER,
    ${NOTE_COLUMNS.join(', ')}
  ) STRICT;
  CREATE INDEX revocations_expiry ON revocations (expires_at) WHERE expires_at IS NOT NULL;
  CREATE INDEX revocations_blocked ON revocations (subject) WHERE type = 'block' AND expires_at IS NULL;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Makes a connection durable and the file a revocation log. Leaves a file alone that is something else. */
export function prepareDatabase(db: Database.Database): void {
  const ready = inspect(db) === 'ready';
  const mode = db.pragma('journal_mode = WAL', { simple: true });
  // The SQLite in better-sqlite3 may fall back to NORMAL for files in WAL mode, which loses commits in a power cut.
  db.pragma('synchronous = FULL');
  // macOS alone: its fsync leaves the data in the drive's cache.
  db.pragma('fullfsync = ON');
  if (mode !== 'wal' || db.pragma('synchronous', { simple: true }) !== 2) {
    throw new Error('The revocation log needs a file system on which SQLite can use WAL with synchronous=FULL');
  }
  if (ready) return;
  db.transaction(() => {
    // Another process may have made the table since.
    const state = inspect(db);
    if (state === 'empty') db.exec(SCHEMA);
    if (state === 'without notes') db.exec(ADD_NOTE_COLUMNS);
  }).immediate();
}

function inspect(db: Database.Database): 'empty' | 'without notes' | 'ready' {
  const [application, version, objects] = readHeader(db);
  if (application === 0 && version === 0 && objects === 0) return 'empty';
  if (application !== APPLICATION_ID || typeof version !== 'number') {
    throw new Error('The file is no revocation log of google-bearer-sqlite');
  }
  if (version !== SCHEMA_VERSION) {
    throw new Error(
      `The revocation log has schema ${version}, this version of google-bearer-sqlite knows ${SCHEMA_VERSION}: upgrade it`,
    );
  }
  const notes = db.prepare(`SELECT 1 FROM pragma_table_info('revocations') WHERE name = 'appended_at'`).get();
  return notes === undefined ? 'without notes' : 'ready';
}

function readHeader(db: Database.Database): readonly unknown[] {
  try {
    return db.transaction(() => [
      db.pragma('application_id', { simple: true }),
      db.pragma('user_version', { simple: true }),
      db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get(),
    ])();
  } catch (cause) {
    if (cause instanceof Database.SqliteError && cause.code === 'SQLITE_NOTADB') {
      throw new Error('The file is no revocation log of google-bearer-sqlite: no SQLite database at all', { cause });
    }
    throw cause;
  }
}
