import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenFacts } from '../claims.ts';
import { RetryLaterError } from '../errors.ts';
import type { Deadline } from './deadline.ts';
import type { TokeninfoClient } from './request.ts';
import { readReply, type TokeninfoAnswer } from './response.ts';
import { unavailable } from './unavailable.ts';

/** A host that asks for more is held to this: a wrong header must not shut everybody out for a day. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Short enough to leave time for the second attempt, random so that many instances do not return at once. */
const retryDelayMs = () => 50 + Math.random() * 150;

/** Asks Google about a token, a second time if that may help, within one deadline. */
export class Attempts {
  readonly #client: TokeninfoClient;
  /** `Retry-After` is about the service, not about one token: no attempt for any token starts before this. */
  #notBefore = 0;
  retried = 0;
  /** How far Google's clock is ahead of ours, as last seen; 0 when it is not. */
  googleAheadMs = 0;

  constructor(client: TokeninfoClient) {
    this.#client = client;
  }

  /**
   * @returns the facts, or undefined when Google says no
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE`
   */
  async ask(token: string, deadline: Deadline): Promise<TokenFacts | undefined> {
    for (let attempt = 1; ; attempt++) {
      await this.#waitForLeave(deadline);
      const answer = await this.#once(token, deadline);
      if (answer.kind === 'facts') {
        this.#compareClocks(answer.googleNow);
        return answer.facts;
      }
      if (answer.kind === 'refused') return undefined;

      const retryAfterMs = answer.retryAfterMs && Math.min(answer.retryAfterMs, MAX_RETRY_AFTER_MS);
      if (retryAfterMs !== undefined) this.#notBefore = Math.max(this.#notBefore, Date.now() + retryAfterMs);
      const now = Date.now();
      const resumeAt = Math.max(now + retryDelayMs(), this.#notBefore);
      if (attempt === 2 || !answer.retry || resumeAt >= deadline.at) throw unavailable(answer.reason, retryAfterMs);
      this.retried++;
      await deadline.race(sleep(resumeAt - now));
    }
  }

  #compareClocks(googleNow: number | undefined): void {
    if (googleNow === undefined) return;
    const aheadMs = googleNow - Date.now();
    // Google's two figures are cut to whole seconds, so a second is no difference.
    this.googleAheadMs = aheadMs > 1000 ? aheadMs : 0;
  }

  async #waitForLeave(deadline: Deadline): Promise<void> {
    const now = Date.now();
    // Further away than it can have been set: the clock was set back since.
    if (this.#notBefore > now + MAX_RETRY_AFTER_MS) this.#notBefore = 0;
    if (this.#notBefore <= now) return;
    if (this.#notBefore >= deadline.at) throw unavailable('tokeninfo asked for a pause', this.#notBefore - now);
    await deadline.race(sleep(this.#notBefore - now));
  }

  async #once(token: string, deadline: Deadline): Promise<TokeninfoAnswer> {
    try {
      return readReply(await this.#client.post(token, deadline), Date.now());
    } catch (error) {
      // The deadline is over both attempts.
      if (error instanceof RetryLaterError) throw error;
      return { kind: 'unusable', reason: networkReason(error), retry: true, retryAfterMs: undefined };
    }
  }
}

/** Says what went wrong by undici's or the system's code alone: an error's text could quote what was sent. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return 'tokeninfo cannot be reached';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return `tokeninfo cannot be reached: ${code}`;
}
