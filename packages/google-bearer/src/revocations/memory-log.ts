import { revokedSubjectSha256 } from '../token/subject-key.ts';
import { stampRevocationEntry } from './entry.ts';
import type { RevocationEntry, RevocationFollower, RevocationLog } from './log.ts';

/**
 * A revocation log in the memory of this process: for one process whose revocations may be forgotten when it ends, and
 * for tests. Several verifiers of a process may share one.
 */
export function memoryRevocationLog(): RevocationLog {
  let entries: RevocationEntry[] = [];
  let trimAt = 1024;
  const followers = new Set<RevocationFollower>();

  return {
    async append(appended) {
      const entry = stampRevocationEntry(appended);
      entries.push(entry);
      if (entries.length >= trimAt) {
        entries = stillNeeded(entries, Date.now());
        // Twice what is left, so that trimming stays cheap however many entries are alive.
        trimAt = Math.max(1024, entries.length * 2);
      }
      for (const follower of followers) follower.entry(entry);
    },
    follow(follower) {
      for (const entry of entries) follower.entry(entry);
      followers.add(follower);
      // There is no other place where an entry could be that has not been delivered.
      follower.confirm(Number.POSITIVE_INFINITY);
      return () => void followers.delete(follower);
    },
  };
}

/** What a new follower has to hear: neither what has ended nor what a later block or unblock overrules. */
function stillNeeded(entries: readonly RevocationEntry[], now: number): RevocationEntry[] {
  const overruled = new Set<string>();
  const needed: RevocationEntry[] = [];
  for (const entry of entries.toReversed()) {
    if (entry.type === 'block' || entry.type === 'unblock') {
      const subject = revokedSubjectSha256(entry);
      if (!overruled.has(subject) && entry.type === 'block') needed.push(entry);
      overruled.add(subject);
    } else if (entry.expiresAt > now) {
      needed.push(entry);
    }
  }
  return needed.reverse();
}
