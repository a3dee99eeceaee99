import type { RetryLaterError } from '../errors/errors.ts';
import { unavailable } from './unavailable.ts';

/** The promise's outcome, or the signal's reason if that comes first. */
export async function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * The moment at which a wait is given up, whatever it waits for then: for one thing at a time, so that one timer and one
 * listener do. An AbortSignal for each lookup would cost a third of the lookup. It goes by the time since this process began,
 * so that a clock that is set neither ends it nor draws it out.
 */
export class Deadline {
  readonly #endsAt: number;
  readonly #timer: NodeJS.Timeout;
  #lastLook: NodeJS.Immediate | undefined;
  #passed = false;
  #giveUp: ((error: RetryLaterError) => void) | undefined;

  /** @param ms from now on */
  constructor(ms: number) {
    this.#endsAt = performance.now() + ms;
    this.#timer = setTimeout(() => {
      // An answer that came in time counts, even if this process was too busy to see it: sockets are read once more first.
      this.#lastLook = setImmediate(() => {
        this.#passed = true;
        this.#giveUp?.(overdue());
      });
    }, ms);
  }

  /** What is left, in ms; below zero once it has passed. */
  get leftMs(): number {
    return this.#endsAt - performance.now();
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

  /** The wait is over: nothing is given up any more. */
  end(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
  }
}

function overdue(): RetryLaterError {
  return unavailable('tokeninfo did not answer in time');
}
