import { hash } from 'node:crypto';
import type { TokenFacts } from '../claims.ts';
import { keyFromSha256, sha256FromKey } from '../token-key.ts';
import type { RevocationEntry, RevokedSubject } from '../types.ts';
import { type IssuedBefore, isDead, stricter } from './issued-before.ts';

/** The entries that are about one user. */
type SubjectEntry = Extract<RevocationEntry, RevokedSubject>;

/**
 * The rules about users. A person has one key, however an entry spells it: the subject itself, until the first entry comes
 * that knows no more than its hash, and the hash from then on. So a log that tells subjects costs no hashing on the hot
 * path, and a block by one spelling is lifted by the other.
 */
export class SubjectRules {
  readonly #issuedBefore = new Map<string, IssuedBefore>();
  readonly #blocked = new Set<string>();
  #hashed = false;
  /** Facts are one object as long as the token is in memory: its subject is hashed once. */
  readonly #keys = new WeakMap<TokenFacts, string>();

  apply(entry: SubjectEntry): void {
    const key = this.#keyOfEntry(entry);
    if (entry.type === 'block') this.#blocked.add(key);
    else if (entry.type === 'unblock') this.#blocked.delete(key);
    else this.#issuedBefore.set(key, stricter(entry, this.#issuedBefore.get(key)));
  }

  /** Whether a rule about its user revokes a token that was issued at this time. */
  revokes(facts: TokenFacts, issuedAt: number): boolean {
    if (facts.subject === undefined || this.#issuedBefore.size + this.#blocked.size === 0) return false;
    const key = this.#hashed ? this.#hashedKey(facts, facts.subject) : facts.subject;
    const rule = this.#issuedBefore.get(key);
    return (rule !== undefined && issuedAt < rule.issuedBefore) || this.#blocked.has(key);
  }

  /** The rules in force. */
  *entries(now: number): IterableIterator<RevocationEntry> {
    for (const key of this.#blocked) yield { type: 'block', ...this.#spell(key) };
    for (const [key, rule] of this.#issuedBefore) {
      if (rule.expiresAt > now) yield { type: 'subject', ...this.#spell(key), ...rule };
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

  #keyOfEntry(entry: RevokedSubject): string {
    if (entry.subject !== undefined) return this.#hashed ? hashed(entry.subject) : entry.subject;
    this.#hashAll();
    return keyFromSha256(entry.subjectSha256);
  }

  #hashedKey(facts: TokenFacts, subject: string): string {
    let key = this.#keys.get(facts);
    if (key === undefined) {
      key = hashed(subject);
      this.#keys.set(facts, key);
    }
    return key;
  }

  #spell(key: string): RevokedSubject {
    return this.#hashed ? { subjectSha256: sha256FromKey(key) } : { subject: key };
  }

  /** Once: a log that tells hashes tells nothing else, as a rule, so there is little to do. */
  #hashAll(): void {
    if (this.#hashed) return;
    this.#hashed = true;
    const rules = [...this.#issuedBefore];
    this.#issuedBefore.clear();
    for (const [subject, rule] of rules) this.#issuedBefore.set(hashed(subject), rule);
    const subjects = [...this.#blocked];
    this.#blocked.clear();
    for (const subject of subjects) this.#blocked.add(hashed(subject));
  }
}

function hashed(subject: string): string {
  return hash('sha256', subject, 'binary');
}
