import { type RevocationEntry, type RevokedSubject, readRevocationEntry } from 'google-bearer';

/**
 * How long a row that only undoes a block (or a block that was undone) stays in the file. Followers that were away for
 * longer start over instead of resuming; cursor.ts says why.
 */
export const UNDOING_KEPT_MS: number = 24 * 60 * 60 * 1000;

/** The columns of an entry. */
export const COLUMNS = 'type, token_sha256, subject, issued_before, expires_at, appended_at, reason, appended_by';

/** The values of a new row, in the order of {@link COLUMNS}. */
type NewRow = [
  type: string,
  /** Of a row about a user: the hash of the subject, when the entry does not tell the subject itself. */
  sha256: Buffer | null,
  subject: string | null,
  issuedBefore: number | null,
  expiresAt: number | null,
  ...note: Note,
];

type Note = [at: number | null, reason: string | null, by: string | null];

/** An entry and its place in the log. */
interface Placed {
  readonly seq: number;
  readonly entry: RevocationEntry;
}

/** A row that does not hold an entry, or one of a kind that this version does not know. */
export class UnreadableRowError extends Error {
  override readonly name = 'UnreadableRowError';
}

/** What to store for an entry. `expires_at` is when the row may be forgotten, which only a block in force never may. */
export function toRow(entry: RevocationEntry, now: number): NewRow {
  const note: Note = [entry.at ?? null, entry.reason ?? null, entry.by ?? null];
  switch (entry.type) {
    case 'token':
      return [entry.type, Buffer.from(entry.tokenSha256, 'hex'), null, null, entry.expiresAt, ...note];
    case 'subject':
      return [entry.type, ...whom(entry), entry.issuedBefore, entry.expiresAt, ...note];
    case 'everyone':
      return [entry.type, null, null, entry.issuedBefore, entry.expiresAt, ...note];
    case 'block':
      return [entry.type, ...whom(entry), null, null, ...note];
    case 'unblock':
      return [entry.type, ...whom(entry), null, now + UNDOING_KEPT_MS, ...note];
  }
}

function whom(entry: RevokedSubject): [sha256: Buffer | null, subject: string | null] {
  return entry.subject === undefined ? [Buffer.from(entry.subjectSha256, 'hex'), null] : [null, entry.subject];
}

/**
 * Reads a row back, trusting nothing: the file may have been written by hand, by another version or by a broken disk.
 *
 * @throws {UnreadableRowError} naming the row by its number alone
 */
export function fromRow(row: unknown): Placed {
  if (typeof row !== 'object' || row === null) throw new UnreadableRowError('A row of the revocation log is no row');
  const columns: Readonly<Record<string, unknown>> = { ...row };
  const { seq, type, token_sha256: hash } = columns;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) {
    throw new UnreadableRowError('A row of the revocation log has no number');
  }
  const candidate = {
    type,
    [type === 'token' ? 'tokenSha256' : 'subjectSha256']: Buffer.isBuffer(hash) ? hash.toString('hex') : hash,
    subject: columns.subject,
    issuedBefore: columns.issued_before,
    // Of blocks and unblocks this is our own note about the row, no part of the entry.
    expiresAt: type === 'block' || type === 'unblock' ? null : columns.expires_at,
    at: columns.appended_at,
    reason: columns.reason,
    by: columns.appended_by,
  };
  const present = Object.fromEntries(Object.entries(candidate).filter(([, value]) => value !== null));
  try {
    return { seq, entry: readRevocationEntry(present) };
  } catch (cause) {
    throw new UnreadableRowError(`Row ${seq} of the revocation log cannot be read`, { cause });
  }
}
