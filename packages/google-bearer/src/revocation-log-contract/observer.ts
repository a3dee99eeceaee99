import { AssertionError } from 'node:assert';
import { readRevocationEntry } from '../revocations/entry.ts';
import type { RevocationEntry, RevocationFollower } from '../revocations/log.ts';
import { revokedSubjectSha256 } from '../token/subject-key.ts';

const PATIENCE_MS = 20_000;

/** A follower that remembers what it is told, and can be waited for. */
export class Observer implements RevocationFollower {
  /** The entries, by {@link name}. */
  readonly told: string[] = [];
  /** When each was appended, as it was told last. */
  readonly at: Map<string, number | undefined> = new Map();
  readonly confirmations: { readonly asOf: number; readonly at: number; readonly told: number }[] = [];
  readonly errors: unknown[] = [];
  readonly #watchers = new Set<() => void>();

  entry(entry: RevocationEntry): void {
    const text = name(entry);
    this.told.push(text);
    this.at.set(text, entry.at);
    this.#look();
  }

  confirm(asOf: number): void {
    this.confirmations.push({ asOf, at: Date.now(), told: this.told.length });
    this.#look();
  }

  error(error: unknown): void {
    this.errors.push(error);
  }

  /** Each entry once, in the order of its last delivery: the order in which a view is left by them. */
  get order(): readonly string[] {
    return [...new Set(this.told.toReversed())].reverse();
  }

  has(entry: RevocationEntry): boolean {
    return this.told.includes(name(entry));
  }

  /** Resolves when the condition holds, looking whenever something is told. */
  until(what: string, holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(deadline);
        this.#watchers.delete(look);
        settle();
      };
      const look = () => {
        if (holds()) end(resolve);
      };
      const causes = () => this.errors.map(String).join('; ') || 'no error was reported';
      const fail = () => reject(new AssertionError({ message: `waited in vain for ${what} (${causes()})` }));
      const deadline = setTimeout(() => end(fail), PATIENCE_MS);
      this.#watchers.add(look);
      look();
    });
  }

  /** Resolves at the next confirmation of a moment after this call: everything acknowledged before has been told then. */
  async confirmed(): Promise<void> {
    const after = Date.now();
    const before = this.confirmations.length;
    const isNew = () => this.confirmations.slice(before).some(({ asOf }) => asOf > after);
    // A log in this process says once and for all that nothing can be missing.
    const isLocal = () => this.confirmations.some(({ asOf }) => asOf === Number.POSITIVE_INFINITY);
    await this.until('a confirmation', () => isLocal() || isNew());
  }

  #look(): void {
    for (const look of this.#watchers) look();
  }
}

/** Names the first difference alone: thousands of entries are no message. */
export function assertSame(told: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((entry, index) => told[index] !== entry);
  if (at === -1 && told.length === expected.length) return;
  const difference =
    at === -1 ? `then ${told[expected.length]}` : `number ${at + 1} is ${told[at]}, not ${expected[at]}`;
  throw new AssertionError({ message: `told ${told.length} entries, expected ${expected.length}; ${difference}` });
}

/** One text for an entry, however it spells its subject, and whenever it was appended. */
export function name(entry: RevocationEntry): string {
  const { at: _, ...read } = readRevocationEntry(entry);
  if (!('subject' in read || 'subjectSha256' in read)) return JSON.stringify(read);
  const { subject: __, ...rest } = read;
  return JSON.stringify(readRevocationEntry({ ...rest, subjectSha256: revokedSubjectSha256(read) }));
}
