import { type RevocationEntry, readRevocationEntry, revokedSubjectSha256, stampRevocationEntry } from 'google-bearer';
import { UnreadableEntryError } from '../errors.ts';

/** An entry in two parts, each as JSON. */
export interface EntryTexts {
  /** What it revokes. Entries that revoke the same are equal texts, whenever and by whom they were appended. */
  readonly revokes: string;
  /** What is said about it: `at`, `reason`, `by`. */
  readonly note: string;
}

/** One element of the stream: the parts of an entry are its fields `e` and `n`. */
export interface Element extends EntryTexts {
  readonly id: string;
}

export function toTexts(entry: RevocationEntry): EntryTexts {
  const { at, reason, by, ...revokes } = blind(entry);
  // JSON leaves out what is undefined.
  return { revokes: JSON.stringify(revokes), note: JSON.stringify({ at, reason, by }) };
}

/**
 * The entry as it is kept: with the time, and without its subject in clear.
 *
 * @throws {TypeError} when it is no entry
 */
export function stamp(entry: RevocationEntry): RevocationEntry {
  return blind(stampRevocationEntry(entry));
}

function blind(entry: RevocationEntry): RevocationEntry {
  if (!('subject' in entry) || entry.subject === undefined) return entry;
  const { subject: _, ...rest } = entry;
  return readRevocationEntry({ ...rest, subjectSha256: revokedSubjectSha256(entry) });
}

/**
 * Reads an element back, trusting nothing.
 *
 * @throws {UnreadableEntryError} naming it by its id alone
 */
export function readElement({ id, revokes, note }: Element): RevocationEntry {
  try {
    return read(JSON.parse(revokes), note);
  } catch {
    // Without the cause: the parser's message would quote the text.
    throw new UnreadableEntryError(`Entry ${id} of the revocation log cannot be read`);
  }
}

/**
 * Reads a block back from where blocks live.
 *
 * @throws {UnreadableEntryError}
 */
export function readBlock(subjectSha256: string, note: string): RevocationEntry {
  try {
    return read({ type: 'block', subjectSha256 }, note);
  } catch {
    throw new UnreadableEntryError('A block of the revocation log cannot be read');
  }
}

function read(revokes: object, note: string): RevocationEntry {
  const said: unknown = JSON.parse(note);
  if (typeof said !== 'object') throw new TypeError('a note is an object');
  return readRevocationEntry({ ...said, ...revokes });
}

/** The elements in what XREAD answered about one stream. */
export function readElements(reply: unknown): readonly Element[] {
  if (!Array.isArray(reply)) return [];
  const streams: readonly unknown[] = reply;
  return streams.flatMap((stream) => {
    const messages = member(stream, 'messages');
    return Array.isArray(messages) ? messages.map(toElement) : [];
  });
}

function toElement(message: unknown): Element {
  const [id, fields] = [member(message, 'id'), member(message, 'message')];
  if (typeof id !== 'string') throw new UnreadableEntryError('An entry of the revocation log has no id');
  const [revokes, note] = [member(fields, 'e'), member(fields, 'n')];
  return { id, revokes: typeof revokes === 'string' ? revokes : '', note: typeof note === 'string' ? note : '{}' };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Reflect.get(value, name);
}

/** Below zero when the first id is older. */
export function compareIds(a: string, b: string): number {
  const [aMs = 0, aSeq = 0] = a.split('-').map(Number);
  const [bMs = 0, bSeq = 0] = b.split('-').map(Number);
  return aMs - bMs || aSeq - bSeq;
}
