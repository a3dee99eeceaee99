import type { SharedTokenCache, SharedTokenEntry, SharedTokenSlot } from 'google-bearer';
import { tokeninfoBody } from '../filled-verifier.ts';
import type { Arrival } from './traffic.ts';

/**
 * Stands in for Google, where a verifier looks for a shared cache: it knows every token, at once. Where instances do share a
 * cache it is that too, one with room for everything, and counts only what the others have not been told lately.
 */
export class StandIn implements SharedTokenCache {
  /** How often Google would have been asked. */
  lookups = 0;
  /** The request that comes now: the next lookup is about its token. */
  arrival: Arrival = { atMs: 0, user: 0, generation: 0, tokenEndsAtMs: 0 };
  readonly #maxAgeMs: number;
  readonly #beganAt: number;
  /** Until when what was said about a token is shared, in ms since the traffic began. */
  readonly #sharedUntil: Map<string, number> | undefined;

  constructor({ maxAgeMs, sharedCache }: { maxAgeMs: number; sharedCache: boolean }, beganAt: number) {
    this.#maxAgeMs = maxAgeMs;
    this.#beganAt = beganAt;
    this.#sharedUntil = sharedCache ? new Map() : undefined;
  }

  slot(token: string): SharedTokenSlot {
    return { take: async () => this.#answer(token) };
  }

  #answer(token: string): SharedTokenEntry {
    const { user, tokenEndsAtMs } = this.arrival;
    const now = Math.floor(this.arrival.atMs);
    let until = this.#sharedUntil?.get(token) ?? 0;
    if (until <= now) {
      this.lookups++;
      until = now + this.#maxAgeMs;
      this.#sharedUntil?.set(token, until);
    }
    // In the words of tokeninfo, as verifiers share it. Were they to use others, Google would be asked, where nobody is, and
    // the simulation would fail.
    const exp = String(Math.floor((this.#beganAt + tokenEndsAtMs) / 1000));
    return {
      text: JSON.stringify({ ...tokeninfoBody(user), exp, lifeMs: this.#maxAgeMs }),
      remainingMs: until - now,
    };
  }
}
