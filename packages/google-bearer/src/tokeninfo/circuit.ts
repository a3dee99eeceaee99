import type { VerifierStats } from '../types.ts';
import type { Deadline } from './deadline.ts';
import { unavailable } from './unavailable.ts';

/**
 * A circuit breaker: after so many failures in a row it refuses everything for a while, then lets one go first, to see
 * whether things are better. Our own, since a general one makes half a dozen promises and events for each call.
 */
export class Circuit {
  readonly #failuresToOpen: number;
  readonly #openMs: number;
  #failuresInARow = 0;
  /** When it opened, by the clock of `performance.now()`; undefined while it is closed. */
  #openedAt: number | undefined;
  /** Settled when the one that goes first is done, for better or worse. */
  #trial: Promise<void> | undefined;

  /**
   * @param failuresToOpen with no success between them
   * @param openMs how long everything is refused
   */
  constructor(failuresToOpen: number, openMs: number) {
    this.#failuresToOpen = failuresToOpen;
    this.#openMs = openMs;
  }

  get state(): VerifierStats['lookups']['circuit'] {
    if (this.#openedAt === undefined) return 'closed';
    return this.#trial === undefined ? 'open' : 'half-open';
  }

  /**
   * Does the work, unless the circuit is open. Whatever the work throws is a failure.
   *
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when the circuit is open, or when the deadline passes before
   *   it is known whether it still is
   */
  async run<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    while (this.#trial !== undefined) await deadline.race(this.#trial);
    if (this.#openedAt === undefined) return this.#closed(work);
    if (performance.now() - this.#openedAt < this.#openMs) {
      throw unavailable('tokeninfo is down; it is asked again in a moment', this.#openMs);
    }
    return this.#goFirst(work);
  }

  async #closed<T>(work: () => Promise<T>): Promise<T> {
    try {
      const outcome = await work();
      this.#failuresInARow = 0;
      return outcome;
    } catch (error) {
      // What began while it was closed may end when it is open: only the one that goes first tells then.
      if (++this.#failuresInARow >= this.#failuresToOpen) this.#openedAt ??= performance.now();
      throw error;
    }
  }

  async #goFirst<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#trial = promise;
    try {
      const outcome = await work();
      this.#openedAt = undefined;
      this.#failuresInARow = 0;
      return outcome;
    } catch (error) {
      this.#openedAt = performance.now();
      throw error;
    } finally {
      this.#trial = undefined;
      resolve();
    }
  }
}
