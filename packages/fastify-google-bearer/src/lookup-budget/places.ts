import type { FastifyRequest } from 'fastify';
import { RetryLaterError } from 'google-bearer';

/** A quarter of the places that google-bearer has for lookups of unknown tokens. */
const MOST_AT_A_TIME = 64;

/** How many requests of one client may wait for a place; enough for an office behind one address that comes back at once. */
const MOST_WAITING = 1000;

/** How long one may wait for a place. */
const MAX_WAIT_MS = 5000;

interface Waiter {
  readonly token: string;
  /** @param holds whether the place is its own, not one of another request with the same token */
  readonly go: (holds: boolean) => void;
  readonly giveUp: (error: RetryLaterError) => void;
}

/**
 * Whom of one client's unknown tokens Google may be asked about now; the others wait their turn.
 *
 * There are never more under way than the client has points left. So the budget cannot be overdrawn, and yet a point is
 * only charged when Google says no.
 */
export class Places {
  #limit = MOST_AT_A_TIME;
  /** Tokens about which Google is being asked. They are here for as long as their requests hold them anyway. */
  readonly #taken = new Set<string>();
  readonly #waiting = new Set<Waiter>();

  /** The client has so many points left. */
  limitTo(points: number): void {
    this.#limit = Math.min(MOST_AT_A_TIME, points);
    this.#admit();
  }

  /** The client's budget is spent, for those who wait too. */
  refuseWaiting(error: RetryLaterError): void {
    for (const { giveUp } of this.#waiting) giveUp(error);
  }

  /**
   * Takes a place for a token, at once or after a while.
   *
   * @returns true when a place was taken, which {@link leave} gives back; false when Google is being asked about this token
   * already: that answer serves both, and counts once
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when too many wait, or one has waited too long: a slow Google is nobody's fault
   * @throws {RetryLaterError} `ERR_TOO_MANY_LOOKUPS` when the client's budget is spent meanwhile, or it has gone
   */
  async enter(token: string, request: FastifyRequest): Promise<boolean> {
    if (this.#taken.has(token)) return false;
    if (this.#waiting.size >= MOST_WAITING) throw noTurn();
    if (this.#waiting.size > 0 || this.#taken.size >= this.#limit) return this.#wait(token, request);
    this.#taken.add(token);
    return true;
  }

  leave(token: string): void {
    this.#taken.delete(token);
    this.#admit();
  }

  /** Those who came first go first. */
  #admit(): void {
    for (const { token, go } of this.#waiting) {
      const holds = !this.#taken.has(token);
      if (holds && this.#taken.size >= this.#limit) return;
      this.#taken.add(token);
      go(holds);
    }
  }

  async #wait(token: string, { raw }: FastifyRequest): Promise<boolean> {
    const turn = Promise.withResolvers<boolean>();
    // Nobody who has given up may be handed a place: it would never come back.
    const waiter: Waiter = {
      token,
      go: (holds) => {
        this.#waiting.delete(waiter);
        turn.resolve(holds);
      },
      giveUp: (error) => {
        this.#waiting.delete(waiter);
        turn.reject(error);
      },
    };
    // A request closes as well when its body was read to the end.
    const onClose = (): void => {
      // Nobody reads it, but the log does: whoever asks for more than a client's share and leaves is no failure of Google's.
      if (!raw.readableEnded) waiter.giveUp(tooMany(MAX_WAIT_MS));
    };
    const timer = setTimeout(() => waiter.giveUp(noTurn()), MAX_WAIT_MS);
    raw.once('close', onClose);
    this.#waiting.add(waiter);
    try {
      return await turn.promise;
    } finally {
      clearTimeout(timer);
      raw.removeListener('close', onClose);
    }
  }
}

/** The answer to a client that sends too many unknown tokens. */
export function tooMany(retryAfterMs: number): RetryLaterError {
  return new RetryLaterError('ERR_TOO_MANY_LOOKUPS', { retryAfterMs });
}

/** The answer to a request whose turn to ask Google did not come. */
function noTurn(): RetryLaterError {
  return new RetryLaterError('ERR_TOKENINFO_UNAVAILABLE', {
    cause: new Error('too many lookups of one client are waiting'),
  });
}
