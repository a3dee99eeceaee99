import { type RevocationEntry, readRevocationEntry, revokedSubjectSha256 } from 'google-bearer';
import { UnreadableEntryError } from '../errors.ts';

/** One element of the stream. */
export interface Element {
  readonly id: string;
  /** The entry as JSON. */
  readonly text: string;
}

/** The entry without its subject in clear. Equal entries are equal texts. */
export function toText(entry: RevocationEntry): string {
  return JSON.stringify(blind(entry));
}

/** @throws {TypeError} when it is no entry */
export function blind(entry: RevocationEntry): RevocationEntry {
  const checked = readRevocationEntry(entry);
  if (!('subject' in checked) || checked.subject === undefined) return checked;
  const { subject: _, ...rest } = checked;
  return readRevocationEntry({ ...rest, subjectSha256: revokedSubjectSha256(checked) });
}

/**
 * Reads an element back, trusting nothing.
 *
 * @throws {UnreadableEntryError} naming it by its id alone
 */
export function readElement({ id, text }: Element): RevocationEntry {
  try {
    return readRevocationEntry(JSON.parse(text));
  } catch {
    // Without the cause: the parser's message would quote the text.
    throw new UnreadableEntryError(`Entry ${id} of the revocation log cannot be read`);
  }
}

/**
 * Reads a block back from where blocks live.
 *
 * @param subjectSha256 under which it is found
 * @throws {UnreadableEntryError}
 */
export function readBlock(subjectSha256: string, text: string): RevocationEntry {
  const entry = readElement({ id: 'of a block', text });
  if (entry.type === 'block' && revokedSubjectSha256(entry) === subjectSha256) return entry;
  throw new UnreadableEntryError('A block of the revocation log is kept under a name that is not its own');
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
  const id = member(message, 'id');
  const text = member(member(message, 'message'), 'e');
  if (typeof id !== 'string') throw new UnreadableEntryError('An entry of the revocation log has no id');
  return { id, text: typeof text === 'string' ? text : '' };
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
