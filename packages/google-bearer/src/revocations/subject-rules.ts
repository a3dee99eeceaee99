import type { TokenFacts } from '../claims.ts';
import { subjectKey, tagOfKey } from '../subject-key.ts';
import { sha256FromKey } from '../token-key.ts';
import type { RevocationEntry, RevokedSubject } from '../types.ts';
import { type IssuedBefore, isDead, stricter } from './issued-before.ts';
import { TagFilter } from './tag-filter.ts';

/** The entries that are about one user. */
type SubjectEntry = Extract<RevocationEntry, RevokedSubject>;

/** The subject, where an entry has told it. */
interface Told {
  readonly subject: string | undefined;
}

/**
 * The rules about users. A person has one key, however an entry spells it, so that a block by one spelling is lifted by the
 * other. A filter stands in front, since hardly anybody who calls has a rule.
 */
export class SubjectRules {
  readonly #issuedBefore = new Map<string, IssuedBefore & Told>();
  readonly #blocked = new Map<string, Told>();
  readonly #filter = new TagFilter();

  apply(entry: SubjectEntry): void {
    const key = subjectKey(entry);
    if (entry.type === 'unblock') {
      this.#blocked.delete(key);
      return;
    }
    const rule = this.#issuedBefore.get(key);
    const block = this.#blocked.get(key);
    const subject = entry.subject ?? rule?.subject ?? block?.subject;
    if (entry.type === 'block') this.#blocked.set(key, { subject });
    else this.#issuedBefore.set(key, { ...stricter(entry, rule), subject });
    if (rule === undefined && block === undefined) this.#filter.add(tagOfKey(key), () => this.#tags());
  }

  /**
   * Whether a rule about its user revokes a token that was issued at this time.
   *
   * @param tag that of the facts' subject
   */
  revokes({ subject }: TokenFacts, tag: number, issuedAt: number): boolean {
    if (subject === undefined || !this.#filter.mayHave(tag)) return false;
    const key = subjectKey({ subject });
    const rule = this.#issuedBefore.get(key);
    return (rule !== undefined && issuedAt < rule.issuedBefore) || this.#blocked.has(key);
  }

  /** The rules in force. */
  *entries(now: number): IterableIterator<RevocationEntry> {
    for (const [key, { subject }] of this.#blocked) yield { type: 'block', ...spell(key, subject) };
    for (const [key, { subject, issuedBefore, expiresAt }] of this.#issuedBefore) {
      if (expiresAt > now) yield { type: 'subject', ...spell(key, subject), issuedBefore, expiresAt };
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

  *#tags(): IterableIterator<number> {
    for (const key of this.#issuedBefore.keys()) yield tagOfKey(key);
    for (const key of this.#blocked.keys()) if (!this.#issuedBefore.has(key)) yield tagOfKey(key);
  }
}

function spell(key: string, subject: string | undefined): RevokedSubject {
  return subject === undefined ? { subjectSha256: sha256FromKey(key) } : { subject };
}
