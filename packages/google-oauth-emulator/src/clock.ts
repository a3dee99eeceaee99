/**
 * The emulator's time. Every expiry, `exp`, `iat` and calendar event is read from it; only latency faults wait in real
 * time.
 */
export interface Clock {
  /** Milliseconds since the epoch, as the emulator sees it. */
  now(): number;
  /**
   * Moves the clock by so many milliseconds; a negative number moves it back.
   *
   * @throws TypeError when `ms` is not a finite number
   */
  advance(ms: number): void;
  /** Back to the machine's time. */
  reset(): void;
}

export function createClock(): Clock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance(ms) {
      if (!Number.isFinite(ms)) throw new TypeError('clock.advance: ms must be a finite number');
      offset += ms;
    },
    reset() {
      offset = 0;
    },
  };
}
