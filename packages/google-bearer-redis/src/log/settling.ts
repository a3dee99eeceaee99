/**
 * Until when a reader confirms nothing, since others may still be writing back what Redis has lost. Measured by the clock of
 * this process that nobody sets: clocks that are set meanwhile change nothing. Kept from one connection to the next.
 */
export class Settling {
  /** The last mark in Redis that it has seen. */
  #mark: string | undefined;
  /** On the clock of `performance.now()`. */
  #until = 0;

  /** Whether it has seen this mark, and waits or has waited for it. */
  knows(mark: string): boolean {
    return this.#mark === mark;
  }

  /** Waits as long as a mark in Redis says. */
  heed(mark: string, leftMs: number): void {
    this.#mark = mark;
    this.wait(leftMs);
  }

  /** Waits for so long from now on. What it waits for already is not made shorter. */
  wait(ms: number): void {
    this.#until = Math.max(this.#until, performance.now() + ms);
  }

  get isOver(): boolean {
    return performance.now() >= this.#until;
  }
}
