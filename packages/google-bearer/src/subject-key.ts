import { hash } from 'node:crypto';
import { keyFromSha256 } from './token-key.ts';
import type { RevokedSubject } from './types.ts';

/** Whoever has no subject has this tag, which no key has. */
const NO_SUBJECT = -1;

/** The name of a user in the rules about users: the SHA-256 of the subject, as 32 characters, however an entry spells it. */
export function subjectKey(whom: RevokedSubject): string {
  return whom.subject === undefined ? keyFromSha256(whom.subjectSha256) : hash('sha256', whom.subject, 'binary');
}

/** A whole number made of the first 52 bits of a key: little to keep beside a token, and enough to tell most users apart. */
export function tagOfKey(key: string): number {
  let tag = key.charCodeAt(6) & 0x0f;
  for (let index = 5; index >= 0; index--) tag = tag * 256 + key.charCodeAt(index);
  return tag;
}

/** The tag of the user that facts are about. */
export function subjectTag({ subject }: { readonly subject: string | undefined }): number {
  return subject === undefined ? NO_SUBJECT : tagOfKey(subjectKey({ subject }));
}
