import type { Deadline } from './deadline.ts';
import { unavailable } from './unavailable.ts';

/** How much the newest service time counts in the running means. */
const WEIGHT_OF_NEWEST = 1 / 16;

/** So many mean deviations above the mean, nearly every answer is there. RFC 6298 §2 tells a network's time to wait alike. */
const DEVIATIONS = 2;

/**
 * Who may ask now: so many at once, and so many more who wait, in the order in which they came.
 *
 * Whoever could not be done in time is refused on arrival. Otherwise all would wait, and under twice the load that the service
 * can carry, each would have its turn just when its time is over.
 */
export class Places {
  readonly #size: number;
  readonly #maxWaiting: number;
  #free: number;
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>();
  /** How long one answer takes, and by how much that differs, in ms: running means. */
  #meanMs: number | undefined;
  #deviationMs = 0;

  constructor(size: number, maxWaiting: number) {
    this.#size = size;
    this.#free = size;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Does the work once there is a place.
   *
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when no place comes in time, as far as can be told at once, or when
   *   the deadline passes before one does
   */
  async run<T>(work: () => Promise<T>, deadline: Deadline): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#wait(deadline);
    const beganAt = performance.now();
    try {
      const outcome = await work();
      this.#learn(performance.now() - beganAt);
      return outcome;
    } finally {
      this.#pass();
    }
  }

  #learn(tookMs: number): void {
    this.#meanMs ??= tookMs;
    const differsMs = Math.abs(tookMs - this.#meanMs);
    this.#deviationMs += (differsMs - this.#deviationMs) * WEIGHT_OF_NEWEST;
    this.#meanMs += (tookMs - this.#meanMs) * WEIGHT_OF_NEWEST;
  }

  /** How long it takes, probably and at most, until somebody with so many ahead has an answer. */
  #expectedMs(ahead: number): number {
    const meanMs = this.#meanMs ?? 0;
    return (ahead / this.#size) * meanMs + meanMs + DEVIATIONS * this.#deviationMs;
  }

  async #wait(deadline: Deadline): Promise<void> {
    const expectedMs = this.#expectedMs(this.#waiting.size + 1);
    if (this.#waiting.size >= this.#maxWaiting || expectedMs > deadline.leftMs) {
      throw unavailable('too many lookups are waiting for tokeninfo', expectedMs);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    try {
      await deadline.race(promise);
      // The wait was longer than expected. A lookup that cannot end in time would take the place of one that can.
      if (this.#expectedMs(0) > deadline.leftMs) throw unavailable('too many lookups are waiting for tokeninfo');
    } catch (error) {
      // A turn that came at the very moment of the deadline is the next one's.
      if (!this.#waiting.delete(resolve)) this.#pass();
      throw error;
    }
  }

  /** Gives the place to whoever has waited longest. */
  #pass(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
