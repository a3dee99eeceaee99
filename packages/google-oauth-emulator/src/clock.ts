/**
 * The emulator's time. Every expiry, `exp`, `iat` and calendar event uses it. Only latency faults wait in real time.
 */
export interface Clock {
  /** Milliseconds since the epoch, as the emulator sees it. */
  now(): number;
  /** How far it is ahead of the machine's clock, in milliseconds; negative when it is behind. */
  aheadMs(): number;
  /**
   * Moves the clock forward by `ms`; a negative number moves it back.
   *
   * @throws TypeError when `ms` is not a finite number, or the new time is not in the years 1970 to 9999
   */
  advance(ms: number): void;
  /** Back to the machine's time. */
  reset(): void;
}

/** The last moment that HTTP and RFC 3339 can write with four digits for the year. */
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

export function createClock(): Clock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    aheadMs: () => offset,
    advance(ms) {
      if (!Number.isFinite(ms)) throw new TypeError('clock.advance: ms must be a finite number');
      const then = Date.now() + offset + ms;
      if (then < 0 || then > LATEST_MS) throw new TypeError('clock.advance: ms must lead to a year from 1970 to 9999');
      offset += ms;
    },
    reset() {
      offset = 0;
    },
  };
}
