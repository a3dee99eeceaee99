import { Pause } from '../pause.ts';
import type { SessionError } from '../types.ts';
import type { Credentials, Failure, RefreshOutcome } from './reply.ts';

/** How long to wait after a failure, in ms: twice as long after each further one. */
const PAUSES: Readonly<Record<Failure, { readonly firstMs: number; readonly longestMs: number }>> = {
  outage: { firstMs: 1_000, longestMs: 60_000 },
  // Somebody has to mend the settings first.
  application: { firstMs: 60_000, longestMs: 300_000 },
};
/** However long Google wants to be left alone: nobody should have to sign in anew because of it. */
const LONGEST_RETRY_AFTER_MS = 300_000;
/** Access tokens that are known to be replaced. */
const MAX_REPLACED = 8;
/** Refused tokens that are renewed at once; an API that refuses every one of them is no reason to ask Google without end. */
const FORCED_AT_ONCE = 5;
/** After so long without a refused token, all is forgotten. */
const FORGIVEN_AFTER_MS = 300_000;

/** What this process knows of one refresh token, and the one attempt at a time to exchange it. */
export class Grant {
  #newest: Credentials | undefined;
  #replaced: readonly string[] = [];
  #ending: SessionError | undefined;
  #running: Promise<void> | undefined;
  #failures = 0;
  readonly #pause = new Pause();
  #forced = 0;
  readonly #forcedPause = new Pause();
  readonly #untilForgiven = new Pause();

  /** Why no further attempt can succeed. */
  get ending(): SessionError | undefined {
    return this.#ending;
  }

  /** The refresh token that has taken this one's place, if Google has sent one. */
  get newestRefreshToken(): string | undefined {
    return this.#newest?.refreshToken;
  }

  /**
   * What has taken the place of these tokens. Google may hand out the same access token again: with the same times as well, there is
   * nothing newer to follow.
   */
  newerThan(held: Credentials): Credentials | undefined {
    const newest = this.#newest;
    if (newest === undefined || !this.#replaced.includes(held.accessToken)) return undefined;
    const isSame =
      newest.accessToken === held.accessToken &&
      newest.refreshToken === held.refreshToken &&
      newest.expiresAt === held.expiresAt;
    return isSame ? undefined : newest;
  }

  /** Resolves after an attempt to renew: one that is under way already, or another one, unless it is too early for that. */
  async renew(held: Credentials, isRefused: boolean, ask: () => Promise<RefreshOutcome>): Promise<void> {
    if (this.#running === undefined) {
      if (!this.#pause.isOver || (isRefused && !this.#mayForce())) return;
      this.#running = this.#attempt(held, ask).finally(() => {
        this.#running = undefined;
      });
    }
    await this.#running;
  }

  async #attempt(held: Credentials, ask: () => Promise<RefreshOutcome>): Promise<void> {
    const outcome = await ask();
    if ('failure' in outcome) {
      const { firstMs, longestMs } = PAUSES[outcome.failure];
      const pauseMs = Math.min(firstMs * 2 ** this.#failures, longestMs);
      this.#failures += 1;
      const wantedMs = Math.min(outcome.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
      // Up to half more, so that the many who failed together do not come back together.
      this.#pause.begin(Math.max(pauseMs * (1 + Math.random() / 2), wantedMs));
    } else if ('error' in outcome) {
      this.#ending = outcome.error;
    } else {
      this.#failures = 0;
      this.#newest = outcome.credentials;
      this.#replaced = [...this.#replaced, held.accessToken].slice(-MAX_REPLACED);
    }
  }

  /** Whether a refused token may be renewed now, which counts as one attempt. */
  #mayForce(): boolean {
    if (this.#untilForgiven.isOver) this.#forced = 0;
    else if (!this.#forcedPause.isOver) return false;
    this.#forced += 1;
    this.#untilForgiven.begin(FORGIVEN_AFTER_MS);
    const { firstMs, longestMs } = PAUSES.outage;
    const pauseMs = Math.min(firstMs * 2 ** (this.#forced - FORCED_AT_ONCE), longestMs);
    this.#forcedPause.begin(this.#forced < FORCED_AT_ONCE ? 0 : pauseMs);
    return true;
  }
}
