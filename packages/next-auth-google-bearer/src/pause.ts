/**
 * A pause between attempts. What is asked is whether it is over, so that a clock that was set back cannot make it last: one that
 * seems to begin later than now is over.
 */
export class Pause {
  #beganAt = 0;
  #lengthMs = 0;

  begin(lengthMs: number): void {
    this.#beganAt = Date.now();
    this.#lengthMs = lengthMs;
  }

  get isOver(): boolean {
    const passedMs = Date.now() - this.#beganAt;
    return passedMs < 0 || passedMs >= this.#lengthMs;
  }
}
