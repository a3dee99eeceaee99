import { setTimeout as sleep } from 'node:timers/promises';
import { RetryLaterError } from '../errors/errors.ts';
import type { Breaker, Leave, Verdict } from './breaker.ts';
import type { Deadline } from './deadline.ts';
import type { GoogleClock } from './google-clock.ts';
import type { Question } from './question.ts';
import { BrokenYesError } from './tokeninfo/exchange.ts';
import type { TokeninfoClient } from './tokeninfo/request.ts';
import { readReply, type TokeninfoAnswer, type TokeninfoFacts } from './tokeninfo/response.ts';
import { unavailable } from './unavailable.ts';

/** A host that asks for more is held to this: a wrong header must not shut everybody out for a day. */
const MAX_RETRY_AFTER_MS = 60_000;

/** The part of a lookup's time that makes a whole attempt: the rest may go into waiting for a place or for Redis. */
const WHOLE_ATTEMPT = 3 / 4;

/** Short enough to leave time for the second attempt, random so that many instances do not return at once. */
const retryDelayMs = () => 50 + Math.random() * 150;

/** Asks Google about a token, a second time if that may help, within one deadline. */
export class Attempts {
  readonly #client: TokeninfoClient;
  readonly #breaker: Breaker;
  readonly #clock: GoogleClock;
  /** A request that is left unanswered for so long is a failure of Google's. For less, it was we who came late. */
  readonly #wholeAttemptMs: number;
  /**
   * `Retry-After` is about the service, not about one token: no attempt starts before this, by `performance.now()`. What a
   * flood of unknown tokens brings about holds up unknown tokens alone; what tokens meet that were good before, everybody.
   */
  readonly #notBefore = { unknown: 0, known: 0 };
  retried = 0;

  constructor(client: TokeninfoClient, breaker: Breaker, clock: GoogleClock, timeoutMs: number) {
    this.#client = client;
    this.#breaker = breaker;
    this.#clock = clock;
    this.#wholeAttemptMs = timeoutMs * WHOLE_ATTEMPT;
  }

  /**
   * @returns the facts, or undefined when Google says no
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE`
   */
  async ask({ key, token, wasGood }: Question, deadline: Deadline): Promise<TokeninfoFacts | undefined> {
    const leave = await this.#enter(deadline);
    let verdict: Verdict = 'unknown';
    try {
      for (let attempt = 1; ; attempt++) {
        await this.#waitForLeave(wasGood, deadline);
        const beganAt = performance.now();
        const sentAt = Date.now();
        const answer = await this.#once(token, deadline).catch((error: unknown) => {
          if (performance.now() - beganAt >= this.#wholeAttemptMs) verdict = 'failing';
          throw error;
        });
        verdict = answer.kind === 'unusable' ? answer.verdict : 'well';
        if (answer.kind === 'facts') {
          // By when it was asked: a slow answer must not make Google's clock look slow, or a sign-out would spare tokens.
          if (answer.googleTime !== undefined) this.#clock.see(answer.googleTime, sentAt);
          return answer;
        }
        if (answer.kind === 'refused') return undefined;

        const retryAfterMs = answer.retryAfterMs && Math.min(answer.retryAfterMs, MAX_RETRY_AFTER_MS);
        const now = performance.now();
        if (retryAfterMs !== undefined) this.#holdUp(wasGood, now + retryAfterMs);
        const pauseMs = Math.max(retryDelayMs(), this.#pauseMs(wasGood, now));
        if (attempt === 2 || !answer.retry || pauseMs >= deadline.leftMs)
          throw unavailable(answer.reason, retryAfterMs);
        this.retried++;
        await deadline.race(sleep(pauseMs));
      }
    } finally {
      leave.end(verdict, key);
    }
  }

  async #enter(deadline: Deadline): Promise<Leave> {
    for (;;) {
      const leave = this.#breaker.enter();
      if (leave !== undefined) return leave;
      const { trial, openForMs } = this.#breaker;
      if (trial === undefined) throw unavailable('tokeninfo is down; it is asked again in a moment', openForMs);
      await deadline.race(trial);
    }
  }

  #holdUp(wasGood: boolean, until: number): void {
    this.#notBefore.unknown = Math.max(this.#notBefore.unknown, until);
    if (wasGood) this.#notBefore.known = Math.max(this.#notBefore.known, until);
  }

  #pauseMs(wasGood: boolean, now: number): number {
    return (wasGood ? this.#notBefore.known : this.#notBefore.unknown) - now;
  }

  async #waitForLeave(wasGood: boolean, deadline: Deadline): Promise<void> {
    const pauseMs = this.#pauseMs(wasGood, performance.now());
    if (pauseMs <= 0) return;
    if (pauseMs >= deadline.leftMs) throw unavailable('tokeninfo asked for a pause', pauseMs);
    await deadline.race(sleep(pauseMs));
  }

  async #once(token: string, deadline: Deadline): Promise<TokeninfoAnswer> {
    try {
      return readReply(await this.#client.post(token, deadline), Date.now());
    } catch (error) {
      // The deadline is over both attempts.
      if (error instanceof RetryLaterError) throw error;
      const reason = `${networkReason(error)} at ${this.#client.host}`;
      const verdict = error instanceof BrokenYesError ? 'unknown' : 'failing';
      return { kind: 'unusable', reason, verdict, retry: true, retryAfterMs: undefined };
    }
  }
}

/** Says what went wrong by undici's or the system's code alone: an error's text could quote what was sent. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return 'tokeninfo cannot be reached';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return `tokeninfo cannot be reached: ${code}`;
}
