import { hash } from 'node:crypto';
import { keyFromSha256 } from './key.ts';

/**
 * Whom an entry is about: Google's `sub`, or, from a log that keeps no names, its SHA-256 in lower-case hex. Exactly one of
 * both; the two spellings of a subject mean the same.
 */
export type RevokedSubject =
  | { readonly subject: string; readonly subjectSha256?: never }
  | { readonly subject?: never; readonly subjectSha256: string };

/** The name of a user in the rules about users: the SHA-256 of the subject, as 32 characters, however an entry spells it. */
export function subjectKey(whom: RevokedSubject): string {
  return whom.subject === undefined ? keyFromSha256(whom.subjectSha256) : hash('sha256', whom.subject, 'binary');
}

/**
 * The SHA-256, in lower-case hex, of the subject that an entry is about, whichever way the entry says it: one name for a
 * person, for logs that compare blocks and unblocks or keep no subjects in clear.
 */
export function revokedSubjectSha256(whom: RevokedSubject): string {
  return whom.subject === undefined ? whom.subjectSha256 : hash('sha256', whom.subject, 'hex');
}
