import { type RevocationEntry, type RevocationFollower, revokedSubjectSha256 } from 'google-bearer';
import { toText } from './elements.ts';

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

  /** What it has in force that a store lacks: entries as texts. */
  missingFrom(store: { readonly texts: ReadonlySet<string>; readonly blocked: ReadonlySet<string> }): string[] {
    const missing: string[] = [];
    for (const [subjectSha256, block] of this.#blocked) {
      if (!store.blocked.has(subjectSha256)) missing.push(toText(block));
    }
    for (const entry of this.#follower.inForce?.() ?? []) {
      const text = entry.type === 'block' ? undefined : toText(entry);
      if (text !== undefined && !store.texts.has(text)) missing.push(text);
    }
    return missing;
  }
}
