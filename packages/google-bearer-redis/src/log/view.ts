import { type RevocationEntry, type RevocationFollower, revokedSubjectSha256 } from 'google-bearer';
import { type EntryTexts, toTexts } from './elements.ts';

/** What a follower has been told, as far as it matters to tell it the rest. */
export class View {
  readonly #follower: RevocationFollower;
  /** The block of each subject that it holds to be blocked, by the hash of the subject. */
  readonly #blocked = new Map<string, RevocationEntry>();
  #ended = false;

  constructor(follower: RevocationFollower) {
    this.#follower = follower;
  }

  /** Tells nothing more, even in the midst of a page. */
  end(): void {
    this.#ended = true;
  }

  tell(entry: RevocationEntry): void {
    if (this.#ended) return;
    this.#follower.entry(entry);
    if (entry.type === 'block') this.#blocked.set(revokedSubjectSha256(entry), entry);
    if (entry.type === 'unblock') this.#blocked.delete(revokedSubjectSha256(entry));
  }

  confirm(asOf: number): void {
    if (!this.#ended) this.#follower.confirm(asOf);
  }

  error(error: unknown): void {
    if (!this.#ended) this.#follower.error(error);
  }

  /**
   * What it has in force that a store lacks.
   *
   * @param store what the elements there revoke, and the hashes of the subjects that are blocked there
   */
  missingFrom(store: { readonly revoked: ReadonlySet<string>; readonly blocked: ReadonlySet<string> }): EntryTexts[] {
    const missing: EntryTexts[] = [];
    for (const [subjectSha256, block] of this.#blocked) {
      if (!store.blocked.has(subjectSha256)) missing.push(toTexts(block));
    }
    for (const entry of this.#follower.inForce?.() ?? []) {
      if (entry.type === 'block') continue;
      const texts = toTexts(entry);
      if (!store.revoked.has(texts.revokes)) missing.push(texts);
    }
    return missing;
  }
}
