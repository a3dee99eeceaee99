/** What the next reading of the session depends on. Times are in ms. */
export interface RefetchState {
  readonly now: number;
  /** From when on the server renews the access token. */
  readonly refreshAt: number;
  /** The longest pause that the page's author wants. */
  readonly refetchIntervalMs: number;
  /** How often the session was read since it was time, without a new token. */
  readonly attempts: number;
}

/**
 * The longest delay of a timer. Browsers and Node keep it in 32 bits; a longer one wraps around and fires at once, again and
 * again: NextAuth's `refetchInterval` of 25 days and more asks for the session without pause.
 */
export const LONGEST_DELAY_MS: number = 2 ** 31 - 1;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * How long to wait before the session is read again, in ms: until its access token is due, and then, while no new one comes (Google is
 * down, or this clock is ahead of the server's), with growing pauses.
 */
export function refetchDelayMs({ now, refreshAt, refetchIntervalMs, attempts }: RefetchState): number {
  const pause = attempts === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
  return Math.min(Math.max(refreshAt - now, pause), refetchIntervalMs, LONGEST_DELAY_MS);
}
