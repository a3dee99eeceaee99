import type { RevokedSubject } from '../token/subject-key.ts';
import type { RevocationEntry } from './log.ts';

/**
 * Takes a value for a revocation entry if it is one, to the letter. For every way in: what a caller asks for, and what a
 * log reads back. An entry with a member that this version does not know is refused rather than kept without it.
 *
 * @returns a frozen copy, which nobody can change any more
 * @throws {TypeError} naming the member, never its value: messages end up in logs, where subjects have no place
 */
export function readRevocationEntry(value: unknown): RevocationEntry {
  if (typeof value !== 'object' || value === null) throw new TypeError('a revocation entry is an object');
  const members: Readonly<Record<string, unknown>> = { ...value };
  switch (members.type) {
    case 'token':
      return only(members, {
        type: 'token',
        tokenSha256: sha256('tokenSha256', members.tokenSha256),
        expiresAt: time('expiresAt', members.expiresAt),
      });
    case 'subject':
      return only(members, {
        type: 'subject',
        ...whom(members),
        issuedBefore: time('issuedBefore', members.issuedBefore),
        expiresAt: time('expiresAt', members.expiresAt),
      });
    case 'everyone':
      return only(members, {
        type: 'everyone',
        issuedBefore: time('issuedBefore', members.issuedBefore),
        expiresAt: time('expiresAt', members.expiresAt),
      });
    case 'block':
      return only(members, { type: 'block', ...whom(members) });
    case 'unblock':
      return only(members, { type: 'unblock', ...whom(members) });
    default:
      throw new TypeError('type: token, subject, everyone, block or unblock');
  }
}

function whom(members: Readonly<Record<string, unknown>>): RevokedSubject {
  if (members.subjectSha256 === undefined) return { subject: subject(members.subject) };
  return { subjectSha256: sha256('subjectSha256', members.subjectSha256) };
}

/** Upper case is refused rather than folded: nothing else would ever match it. */
function sha256(name: string, value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw new TypeError(`${name}: a SHA-256 as 64 lower-case hex digits`);
}

/** OpenID Connect Core §2: a `sub` is at most 255 ASCII characters. */
function subject(value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value)) return value;
  throw new TypeError('subject: a Google sub, 1 to 255 visible ASCII characters');
}

function time(name: string, value: unknown): number {
  // JSON and SQLite know no negative zero.
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value === 0 ? 0 : value;
  throw new TypeError(`${name}: a whole number of ms since the epoch`);
}

function only(members: Readonly<Record<string, unknown>>, entry: RevocationEntry): RevocationEntry {
  for (const name of Object.keys(members)) {
    if (!Object.hasOwn(entry, name))
      throw new TypeError(`a revocation entry of type ${entry.type} has an unknown member`);
  }
  return Object.freeze(entry);
}
