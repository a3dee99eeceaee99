import type { RevocationEntry } from '../types.ts';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Refuses an entry that would match nothing, or everything, by mistake.
 *
 * @throws {TypeError} naming the member, without its value
 */
export function checkEntry(entry: RevocationEntry): void {
  switch (entry.type) {
    case 'token':
      if (!SHA256_HEX.test(entry.tokenSha256))
        throw new TypeError('tokenSha256: a SHA-256 as 64 lower-case hex digits');
      checkTime('expiresAt', entry.expiresAt);
      return;
    case 'subject':
      checkSubject(entry.subject);
      checkTime('issuedBefore', entry.issuedBefore);
      checkTime('expiresAt', entry.expiresAt);
      return;
    case 'everyone':
      checkTime('issuedBefore', entry.issuedBefore);
      checkTime('expiresAt', entry.expiresAt);
      return;
    case 'block':
    case 'unblock':
      checkSubject(entry.subject);
  }
}

/** OpenID Connect Core §2: a `sub` is 1 to 255 ASCII characters. */
function checkSubject(subject: unknown): void {
  if (typeof subject !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(subject)) {
    throw new TypeError('subject: a Google sub, 1 to 255 visible ASCII characters');
  }
}

function checkTime(name: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || Number(value) < 0) {
    throw new TypeError(`${name}: a whole number of ms since the epoch`);
  }
}
