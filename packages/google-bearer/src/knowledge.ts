import { RetryLaterError, TokenRefusedError } from './errors/errors.ts';
import { until } from './lookup/deadline.ts';
import type { GoogleClock } from './lookup/google-clock.ts';
import { Lookups } from './lookup/lookups.ts';
import type { Answer, Question } from './lookup/question.ts';
import { BadTokens } from './memory/bad-tokens.ts';
import { isYounger, KnownToken } from './memory/known-token.ts';
import { KnownTokens } from './memory/known-tokens.ts';
import type { Settings } from './options.ts';
import type { VerifierStats } from './stats.ts';
import type { PrincipalSource, TokenRequirement, VerifyOptions } from './token-verifier.ts';

/** As small as the memory of bad tokens, and for the same reason. */
const MAX_FOREIGN = 10_000;

/** What is known of a token, and from where. */
export interface Known {
  readonly known: KnownToken;
  readonly source: PrincipalSource;
}

/** What may be kept of what Google says. */
export interface KnowledgeRules {
  /** Whether this very token was revoked: it is not kept then. */
  readonly isRevoked: (key: string) => boolean;
  /** Whether tokens of this client are ours: others are kept apart, and not told to other instances, or strangers would fill memory and store. */
  readonly isOurs: (audience: string) => boolean;
  /** Told when Google has refused a token, which it may have called good before. */
  readonly onRefused: (key: string) => void;
}

/** What Google has said about tokens: as memory has it, or else as another instance or Google tells it. */
export class Knowledge {
  readonly #maxAgeMs: number;
  readonly #graceMs: number;
  readonly #isRevoked: (key: string) => boolean;
  readonly #isOurs: (audience: string) => boolean;
  readonly #onRefused: (key: string) => void;
  readonly #known: KnownTokens;
  /** Good tokens of other applications. Anybody can have as many as they like, and they must push none of ours out. */
  readonly #foreign = new KnownTokens(MAX_FOREIGN);
  readonly #bad: BadTokens;
  readonly #lookups: Lookups;
  #hits = 0;
  #badHits = 0;
  #misses = 0;
  #graceUses = 0;

  constructor(settings: Settings, { isRevoked, isOurs, onRefused }: KnowledgeRules) {
    this.#maxAgeMs = settings.maxAgeMs;
    this.#graceMs = settings.graceMs;
    this.#isRevoked = isRevoked;
    this.#isOurs = isOurs;
    this.#onRefused = onRefused;
    this.#known = new KnownTokens(settings.maxEntries);
    this.#bad = new BadTokens(settings.maxAgeMs);
    this.#lookups = new Lookups({ ...settings, isOurs }, (key, known) => this.#keep(key, known));
  }

  /** What Google's clock shows, as far as answers have told. */
  get clock(): GoogleClock {
    return this.#lookups.clock;
  }

  /**
   * What memory knows, if it is young enough, or about a token that is dead for good.
   *
   * @throws {TypeError} when `maxAgeMs` is no number of ms
   */
  recall(key: string, requirement: TokenRequirement, now: number): KnownToken | undefined {
    const known = this.#known.get(key) ?? this.#foreign.get(key);
    if (known === undefined) return undefined;
    const isEnough = isYounger(this.#maxAgeOf(requirement), KnownToken.statedAt(known), now);
    if (!isEnough && known.expiresAt > this.clock.forExpiry(now)) return undefined;
    this.#hits++;
    return known;
  }

  /** @throws {TokenRefusedError} `ERR_TOKEN_INVALID` when Google refused the token of a request lately */
  assertNotBad(key: string, now: number): void {
    if (!this.isBad(key, now)) return;
    this.#badHits++;
    throw new TokenRefusedError('ERR_TOKEN_INVALID');
  }

  /** Whether Google refused the token lately. */
  isBad(key: string, now: number): boolean {
    return this.#bad.has(key, now);
  }

  /**
   * Asks for what memory does not know.
   *
   * @throws {TokenRefusedError} `ERR_TOKEN_INVALID` when Google says no
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE`
   * @throws the signal's reason, when it aborts first
   */
  async ask(key: string, token: string, options: VerifyOptions): Promise<Known> {
    this.#misses++;
    const old = this.peek(key);
    const refusedAt = this.#bad.refusedAt(key) ?? Number.NEGATIVE_INFINITY;
    // Another instance may still hold a yes from before that no.
    const maxAgeMs = Math.max(0, Math.min(this.#maxAgeOf(options), Date.now() - refusedAt));
    const question = { key, token, asker: this, wasGood: old !== undefined, maxAgeMs };
    try {
      const { known, source } = await this.#youngAnswer(question, options.signal);
      if (known === undefined) throw new TokenRefusedError('ERR_TOKEN_INVALID');
      return { known, source };
    } catch (error) {
      const mayGrace = old !== undefined && options.maxAgeMs === undefined && error instanceof RetryLaterError;
      if (!mayGrace || !isYounger(this.#maxAgeMs + this.#graceMs, KnownToken.statedAt(old), Date.now())) throw error;
      this.#graceUses++;
      return { known: old, source: 'memory' };
    }
  }

  /** Whoever is content with less may have begun the lookup that is joined: what another instance told it may be too old. */
  async #youngAnswer(question: Question, signal: AbortSignal | undefined): Promise<Answer> {
    const calledAt = Date.now();
    for (;;) {
      const lookup = this.#lookups.lookUp(question);
      const answer = await (signal ? until(lookup, signal) : lookup);
      const { known, source } = answer;
      if (source === 'google' || known === undefined) return answer;
      const statedAt = KnownToken.statedAt(known);
      if (statedAt > calledAt || isYounger(question.maxAgeMs, statedAt, calledAt)) return answer;
    }
  }

  #maxAgeOf({ maxAgeMs }: TokenRequirement): number {
    if (maxAgeMs === undefined) return this.#maxAgeMs;
    if (typeof maxAgeMs === 'number' && maxAgeMs >= 0) return Math.min(maxAgeMs, this.#maxAgeMs);
    throw new TypeError('maxAgeMs: a number of ms, 0 or more');
  }

  #keep(key: string, known: KnownToken | undefined): void {
    if (known === undefined) {
      this.forget(key);
      this.#bad.set(key, Date.now());
      this.#onRefused(key);
    } else if (!this.#isRevoked(key)) {
      this.#bad.delete(key);
      (this.#isOurs(known.audience) ? this.#known : this.#foreign).set(key, known);
    }
  }

  /** What memory has, of whatever age. */
  peek(key: string): KnownToken | undefined {
    return this.#known.peek(key) ?? this.#foreign.peek(key);
  }

  /** What Google says, or undefined when it says no or cannot be asked. */
  async lookUp(key: string, token: string): Promise<KnownToken | undefined> {
    const question = { key, token, asker: this, wasGood: false, maxAgeMs: this.#maxAgeMs };
    return (await this.#lookups.lookUp(question).catch(() => undefined))?.known;
  }

  /** Drops what is known of a token that was revoked, or that Google refuses. */
  forget(key: string): void {
    this.#known.delete(key);
    this.#foreign.delete(key);
  }

  stats(): Pick<VerifierStats, 'cache' | 'lookups'> {
    return {
      cache: {
        entries: this.#known.size + this.#foreign.size,
        badEntries: this.#bad.size,
        hits: this.#hits,
        badHits: this.#badHits,
        misses: this.#misses,
      },
      lookups: { ...this.#lookups.stats(), graceUses: this.#graceUses },
    };
  }

  /** Waits for lookups under way, and closes the connections. */
  close(): Promise<void> {
    return this.#lookups.close();
  }
}
