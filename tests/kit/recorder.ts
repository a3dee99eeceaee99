/** As much of an entry of a revocation log as is looked at here. */
interface Entry {
  readonly at?: number | undefined;
}

/** Only what never happens is a failure; a busy machine may take its time. */
const WITHIN_MS = 60_000;

/** A follower of a revocation log that remembers what it is told, and can be waited for. */
export class LogRecorder<T extends Entry> {
  readonly told: T[] = [];
  /** The same, whenever they were appended. */
  readonly entries: Omit<T, 'at'>[] = [];
  /** As of when each view was confirmed. */
  readonly confirmations: number[] = [];
  /** When each of them came. */
  readonly confirmedAt: number[] = [];
  readonly errors: unknown[] = [];
  readonly #watchers = new Set<() => void>();

  entry(entry: T): void {
    const { at: _, ...rest } = entry;
    this.told.push(entry);
    this.entries.push(rest);
    this.#notify();
  }

  confirm(asOf: number): void {
    this.confirmations.push(asOf);
    this.confirmedAt.push(Date.now());
    this.#notify();
  }

  error(error: unknown): void {
    this.errors.push(error);
    this.#notify();
  }

  /** What it was told, each entry once as JSON, by its last delivery. */
  get order(): readonly string[] {
    return [...new Set(this.entries.map((entry) => JSON.stringify(entry)).reverse())].reverse();
  }

  /** Resolves when the condition holds, looking whenever something is told; rejects after a minute. */
  until(what: string, holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(deadline);
        this.#watchers.delete(look);
        settle();
      };
      const look = (): void => {
        if (holds()) end(resolve);
      };
      const fail = (): void =>
        reject(new Error(`Waited in vain: ${what}; ${this.errors.slice(-3).map(String).join('; ')}`));
      const deadline = setTimeout(() => end(fail), WITHIN_MS);
      this.#watchers.add(look);
      look();
    });
  }

  /** Resolves at the next confirmation whose question was asked after this call. */
  async untilConfirmed(): Promise<void> {
    const asked = Date.now();
    await this.until('a confirmation', () => this.confirmations.some((asOf) => asOf > asked));
  }

  #notify(): void {
    for (const look of this.#watchers) look();
  }
}
