import { Pause } from '../../pause.ts';
import { REVOKED_PAUSE_MS } from '../../revoked-pause.ts';

/** An API that is mended must not stay out of reach for a page that nobody reloads, in ms. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Remembers the access token that came instead of a refused one and was refused as well: to have it renewed again at once would not help.
 * After a sign-out everywhere it helps a little later, so the pauses grow, until the API accepts a token; the server keeps pauses of its own
 * between renewals.
 */
export class Hopeless {
  #accessToken: string | undefined;
  #times = 0;
  readonly #pause = new Pause();

  has(accessToken: string): boolean {
    return this.#accessToken === accessToken && !this.#pause.isOver;
  }

  add(accessToken: string): void {
    // Calls beside each other share one renewal, and each of them is refused.
    if (this.has(accessToken)) return;
    this.#accessToken = accessToken;
    this.#pause.begin(Math.min(REVOKED_PAUSE_MS * 2 ** this.#times, LONGEST_PAUSE_MS));
    this.#times += 1;
  }

  /** The API has accepted a token. */
  clear(): void {
    this.#accessToken = undefined;
    this.#times = 0;
  }
}
