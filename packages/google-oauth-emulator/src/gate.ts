/** Lets so many in at a time. The others wait in the order in which they came, until they go away. */
export class Gate {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /**
   * Resolves when there is a place, with a function that gives it back.
   *
   * @throws The signal's reason when whoever waits goes away first
   */
  enter(gone: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        this.#free -= 1;
        gone.removeEventListener('abort', leave);
        resolve(() => this.#giveBack());
      };
      const leave = (): void => {
        this.#waiting.delete(admit);
        reject(gone.reason);
      };
      if (gone.aborted) leave();
      else if (this.#free > 0) admit();
      else {
        this.#waiting.add(admit);
        gone.addEventListener('abort', leave, { once: true });
      }
    });
  }

  #giveBack(): void {
    this.#free += 1;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    next();
  }
}
