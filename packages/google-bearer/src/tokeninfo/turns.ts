import type { Deadline } from './deadline.ts';
import { unavailable } from './unavailable.ts';

/** Lets so many go on at once, and so many more wait, who go on in the order in which they came. */
export class Turns {
  readonly #maxWaiting: number;
  #free: number;
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>();

  constructor(maxAtOnce: number, maxWaiting: number) {
    this.#free = maxAtOnce;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Resolves when it is the caller's turn, who then has to {@link pass} it on.
   *
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when too many wait already, or when the deadline passes first
   */
  async take(deadline: Deadline): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    if (this.#waiting.size >= this.#maxWaiting) throw unavailable('too many lookups are waiting for tokeninfo');
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    try {
      await deadline.race(promise);
    } catch (error) {
      // A turn that came at the very moment of the deadline is the next one's.
      if (!this.#waiting.delete(resolve)) this.pass();
      throw error;
    }
  }

  /** Gives the turn to whoever has waited longest. */
  pass(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
