import { hash } from 'node:crypto';
import { keyFromSha256 } from './key.ts';

/**
 * The user that an entry is about: Google's `sub`, or its SHA-256 in lower-case hex from a log that keeps no subjects. Exactly
 * one of both is given. Both name the same user.
 */
export type RevokedSubject =
  | { readonly subject: string; readonly subjectSha256?: never }
  | { readonly subject?: never; readonly subjectSha256: string };

/** The name of a user in the rules about users: the SHA-256 of the subject, as 32 characters, however an entry spells it. */
export function subjectKey(whom: RevokedSubject): string {
  return whom.subject === undefined ? keyFromSha256(whom.subjectSha256) : hash('sha256', whom.subject, 'binary');
}

/**
 * The SHA-256, in lower-case hex, of the subject that an entry is about, in whichever form the entry names it. It is one name
 * for each user, for logs that compare blocks and unblocks, or keep only hashes of subjects.
 */
export function revokedSubjectSha256(whom: RevokedSubject): string {
  return whom.subject === undefined ? whom.subjectSha256 : hash('sha256', whom.subject, 'hex');
}
