import type { RetryLaterError } from '../errors.ts';
import { unavailable } from './unavailable.ts';

/**
 * The moment at which a lookup is given up, whatever it waits for then. It waits for one thing at a time, so that one
 * timer and one listener do: an AbortSignal for each lookup, with listeners put on and taken off, costs several times that.
 */
export class Deadline {
  /** In ms since the epoch. */
  readonly at: number;
  readonly #timer: NodeJS.Timeout;
  #passed = false;
  #giveUp: ((error: RetryLaterError) => void) | undefined;

  /** @param ms how long the lookup may take from now on */
  constructor(ms: number) {
    this.at = Date.now() + ms;
    this.#timer = setTimeout(() => {
      this.#passed = true;
      this.#giveUp?.(overdue());
    }, ms);
  }

  /** What to do when it passes, in place of what was said before; at once when it has passed. */
  onPass(giveUp: (error: RetryLaterError) => void): void {
    if (this.#passed) giveUp(overdue());
    else this.#giveUp = giveUp;
  }

  /**
   * The promise's outcome.
   *
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when the deadline passes first
   */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.onPass(reject);
      promise.then(resolve, reject);
    });
  }

  /** The lookup is over: nothing is given up any more. */
  end(): void {
    clearTimeout(this.#timer);
  }
}

function overdue(): RetryLaterError {
  return unavailable('tokeninfo did not answer in time');
}
