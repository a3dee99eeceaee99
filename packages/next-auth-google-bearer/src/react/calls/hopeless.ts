import { Pause } from '../../pause.ts';

/** An API that is mended must not stay out of reach for a page that nobody reloads, in ms. */
const LAPSES_AFTER_MS = 60_000;

/**
 * Remembers the access token that came instead of a refused one and was refused as well: to have it renewed again would not help. For a while,
 * or until the API accepts it; the server keeps pauses of its own between renewals.
 */
export class Hopeless {
  #accessToken: string | undefined;
  readonly #pause = new Pause();

  has(accessToken: string): boolean {
    return this.#accessToken === accessToken && !this.#pause.isOver;
  }

  add(accessToken: string): void {
    this.#accessToken = accessToken;
    this.#pause.begin(LAPSES_AFTER_MS);
  }

  delete(accessToken: string): void {
    if (this.#accessToken === accessToken) this.#accessToken = undefined;
  }
}
