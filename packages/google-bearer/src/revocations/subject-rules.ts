import { sha256FromKey } from '../token/key.ts';
import { type RevokedSubject, subjectKey } from '../token/subject-key.ts';
import { noteOf } from './entry.ts';
import { type IssuedBefore, isDead, issuedBeforeOf, stricter } from './issued-before.ts';
import type { KeptNote, RevocationEntry } from './log.ts';

/** The entries that are about one user. */
type SubjectEntry = Extract<RevocationEntry, RevokedSubject>;

/** The subject, where an entry has told it. */
interface Told {
  readonly subject: string | undefined;
}

/**
 * The rules about users. A person has one key, however an entry spells it, so that a block by one spelling is lifted by the
 * other.
 */
export class SubjectRules {
  readonly #issuedBefore = new Map<string, IssuedBefore & Told>();
  readonly #blocked = new Map<string, Told & KeptNote>();

  /** @returns the user's name in these rules */
  apply(entry: SubjectEntry): string {
    const key = subjectKey(entry);
    if (entry.type === 'unblock') {
      this.#blocked.delete(key);
      return key;
    }
    const rule = this.#issuedBefore.get(key);
    const block = this.#blocked.get(key);
    const subject = entry.subject ?? rule?.subject ?? block?.subject;
    if (entry.type === 'block') this.#blocked.set(key, { ...(block ?? noteOf(entry)), subject });
    else this.#issuedBefore.set(key, { ...stricter(issuedBeforeOf(entry), rule), subject });
    return key;
  }

  /**
   * Whether a rule about its user revokes a token that was issued at this time.
   *
   * @param key the user's; undefined when the token names no user
   */
  revokes(key: string | undefined, issuedAt: number): boolean {
    if (key === undefined) return false;
    // Empty most of the time, and then not worth a trip to memory.
    if (this.#blocked.size > 0 && this.#blocked.has(key)) return true;
    if (this.#issuedBefore.size === 0) return false;
    const rule = this.#issuedBefore.get(key);
    return rule !== undefined && issuedAt < rule.issuedBefore;
  }

  /** Whether all tokens of a user are revoked, whenever issued. */
  blocks(key: string): boolean {
    return this.#blocked.has(key);
  }

  /** The rules in force. */
  *entries(now: number): IterableIterator<RevocationEntry> {
    for (const [key, { subject, ...note }] of this.#blocked) yield { type: 'block', ...spell(key, subject), ...note };
    for (const [key, { subject, ...rule }] of this.#issuedBefore) {
      if (rule.expiresAt > now) yield { type: 'subject', ...spell(key, subject), ...rule };
    }
  }

  get subjects(): number {
    return this.#issuedBefore.size;
  }

  get blocked(): number {
    return this.#blocked.size;
  }

  /** Looks at each rule that can end, one a step, and drops it if it has. */
  *sweep(): Generator<void, void> {
    for (const [key, { expiresAt }] of this.#issuedBefore) {
      if (isDead(expiresAt)) this.#issuedBefore.delete(key);
      yield;
    }
  }
}

function spell(key: string, subject: string | undefined): RevokedSubject {
  return subject === undefined ? { subjectSha256: sha256FromKey(key) } : { subject };
}
