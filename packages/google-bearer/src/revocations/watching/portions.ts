/**
 * How long a portion may hold up everything else, in ms. The last step may end later. What a step leaves for the end of the same
 * turn comes on top: to end a stream of a Fastify app takes five times as long as to tell it.
 */
const PORTION_MS = 2;

/**
 * Does long work in portions, between which the process has time for others. Jobs take turns, a step each, so that a short one
 * does not wait for a long one. The first portion comes before the current task of the process ends, but never at once.
 */
export class Portions {
  readonly #jobs = new Set<Iterator<void, void>>();
  #isPlanned = false;
  #idle = Promise.withResolvers<void>();

  /** @param job its steps; none of them throws */
  add(job: Iterator<void, void>): void {
    this.#jobs.add(job);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => this.#run());
  }

  /** Resolves when there is nothing to do. */
  async idle(): Promise<void> {
    if (this.#isPlanned) await this.#idle.promise;
  }

  #run(): void {
    const until = performance.now() + PORTION_MS;
    // A job that has more to do goes to the end of the set, where this loop comes by again.
    for (const job of this.#jobs) {
      this.#jobs.delete(job);
      if (!job.next().done) this.#jobs.add(job);
      if (performance.now() >= until) break;
    }
    if (this.#jobs.size > 0) {
      setImmediate(() => this.#run());
      return;
    }
    this.#isPlanned = false;
    this.#idle.resolve();
    this.#idle = Promise.withResolvers();
  }
}
