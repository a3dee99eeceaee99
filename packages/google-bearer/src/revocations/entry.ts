import type { RevokedSubject } from '../token/subject-key.ts';
import type { KeptNote, RevocationEntry } from './log.ts';

/** What every log's `append` does first: reads the entry, and says when it was appended unless it says so itself. */
export function stampRevocationEntry(value: unknown): RevocationEntry & { readonly at: number } {
  const entry = readRevocationEntry(value);
  return Object.freeze({ ...entry, at: entry.at ?? Date.now() });
}

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

/** What is said about a revocation besides what it revokes, checked. */
function readNote({ at, reason, by }: Readonly<Record<string, unknown>>): KeptNote {
  return {
    ...(at !== undefined && { at: time('at', at) }),
    ...(reason !== undefined && {
      reason: text('reason', reason, REASON, 'up to 200 visible characters on one line'),
    }),
    ...(by !== undefined && {
      by: text('by', by, BY, 'self, admin, google or job:…'),
    }),
  };
}

/** Letters, digits and signs that can be seen, and blanks; nothing that hides or turns text around. */
const REASON = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

/** A role or a system. A closed list, since no form tells `support` from `ada`. */
const BY = /^(?:self|admin|google|job:[a-z0-9][a-z0-9._-]{0,63})$/;

/** A `sub` of Google, an address, and what Google's tokens and secrets look like. The list is read by people, and copied into tickets. */
const PERSONAL = /\d{15,}|[^\s@]@[^\s@]|%40|ya29\.|GOCSPX-|\beyJ[\w-]{10,}\.|\b1\/\/0|[\w+/=.~-]{40,}/i;

function text(name: string, value: unknown, form: RegExp, expected: string): string {
  if (typeof value === 'string' && form.test(value) && !PERSONAL.test(plain(value))) return value;
  throw new TypeError(`${name}: ${expected}, without a token, an e-mail address or a subject`);
}

/** As it reads: full-width signs as their usual ones, and numbers without the blanks between their digits. */
function plain(value: string): string {
  return value.normalize('NFKC').replace(/(?<=\d)\s+(?=\d)/gu, '');
}

/** Whether a text holds a name as a word of its own. One of fewer than four signs could be a word of any sentence. */
function names(text: string | undefined, name: string): boolean {
  if (text === undefined || name.length < 4) return false;
  return plain(text)
    .split(/[^\p{L}\p{N}_-]/u)
    .includes(name);
}

function only(members: Readonly<Record<string, unknown>>, what: RevocationEntry): RevocationEntry {
  const entry: RevocationEntry = { ...what, ...readNote(members) };
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined && !Object.hasOwn(entry, name))
      throw new TypeError(`a revocation entry of type ${entry.type} has an unknown member`);
  }
  const { subject } = members;
  for (const name of ['reason', 'by'] as const) {
    if (typeof subject === 'string' && names(entry[name], subject)) throw new TypeError(`${name}: names the subject`);
  }
  return Object.freeze(entry);
}

/** What a view keeps of an entry, besides what it revokes. */
export function noteOf({ at, reason, by }: KeptNote): KeptNote {
  return {
    ...(at !== undefined && { at }),
    ...(reason !== undefined && { reason }),
    ...(by !== undefined && { by }),
  };
}
