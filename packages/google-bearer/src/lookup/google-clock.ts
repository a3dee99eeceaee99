import { MOST_BEHIND_MS } from '../clock-difference.ts';

/** Google's figures are whole seconds, each cut by itself: a difference below this may be none. */
const NO_DIFFERENCE_MS = 2_000;

/** No clock of a machine that speaks TLS is so wrong: that is no measurement, and must move nothing. */
const ABSURD_MS = 24 * 3_600_000;

/** What a time in whole seconds may hide. */
const WHOLE_SECOND_MS = 1_000;

/** What Google's clock shows, as last seen. Tokens begin and end by it. */
export class GoogleClock {
  #aheadMs = 0;
  #aheadForExpiryMs = 0;

  /**
   * @param googleTime what Google's clock showed, in ms since the epoch
   * @param at what ours showed then
   */
  see(googleTime: number, at: number): void {
    if (Math.abs(googleTime - at) > ABSURD_MS) return;
    this.#aheadMs = googleTime - at;
    const differs = Math.abs(this.#aheadMs) >= NO_DIFFERENCE_MS;
    this.#aheadForExpiryMs = differs ? Math.max(this.#aheadMs, -MOST_BEHIND_MS) : 0;
  }

  /**
   * The time by which tokens end.
   *
   * @param now ours
   */
  forExpiry(now: number): number {
    return now + this.#aheadForExpiryMs;
  }

  /**
   * A time later than the issue of every token that Google has issued by now.
   *
   * @param now ours
   */
  forSignOut(now: number): number {
    return Math.ceil(now + this.#aheadMs + WHOLE_SECOND_MS);
  }
}
