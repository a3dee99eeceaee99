import type { Dispatcher } from 'undici';
import type { KnownToken } from '../memory/known-token.ts';
import type { VerifierStats } from '../stats.ts';
import { Attempts } from './attempts.ts';
import { Breaker } from './breaker.ts';
import { Deadline } from './deadline.ts';
import { GoogleClock } from './google-clock.ts';
import { Places } from './places.ts';
import { type Answer, byGoogle, type Question } from './question.ts';
import type { SharedTokenCache } from './shared/contract.ts';
import { SharedLookups } from './shared/lookups.ts';
import { TokeninfoClient } from './tokeninfo/request.ts';
import type { TokeninfoFacts } from './tokeninfo/response.ts';
import { unavailable } from './unavailable.ts';

/** Lookups of unknown tokens under way at once; more wait for a place. */
const PLACES = 256;

/** Tokens that were good before have these, so that a flood of unknown ones does not keep them out. */
const PLACES_OF_KNOWN = 64;

/** Lookups that wait for a place; more are refused with 503, so that a flood cannot fill our memory. */
const MAX_WAITING = 4096;

/** So many failures in a row, each of up to two attempts, are an outage and not one of Google's short bursts of 503. */
const FAILURES_TO_OPEN = 10;

/** How long Google is spared before one lookup may try. */
const OPEN_MS = 1000;

/**
 * Asks about tokens: once for all who wait for the same one, the shared cache first where there is one, and Google not at
 * all while it is down.
 */
export class Lookups {
  /** What Google's clock shows, as far as answers have told. */
  readonly clock: GoogleClock = new GoogleClock();
  readonly #client: TokeninfoClient;
  readonly #breaker = new Breaker(FAILURES_TO_OPEN, OPEN_MS);
  readonly #attempts: Attempts;
  readonly #unknown = new Places(PLACES, MAX_WAITING);
  readonly #known = new Places(PLACES_OF_KNOWN, MAX_WAITING);
  readonly #shared: SharedLookups | undefined;
  readonly #timeoutMs: number;
  readonly #onAnswer: (key: string, known: KnownToken | undefined) => void;
  readonly #inFlight = new Map<string, Promise<Answer>>();
  #started = 0;
  #joined = 0;
  #refused = 0;
  #failed = 0;
  #closed: Promise<void> | undefined;

  /** @param onAnswer called once for each lookup, before any of its callers goes on; undefined: Google says no */
  constructor(
    settings: {
      readonly tokenInfoUrl: URL;
      readonly timeoutMs: number;
      readonly maxAgeMs: number;
      readonly sharedCache: SharedTokenCache | undefined;
      readonly dispatcher: Dispatcher | undefined;
      readonly isOurs: (audience: string) => boolean;
    },
    onAnswer: (key: string, known: KnownToken | undefined) => void,
  ) {
    this.#shared = settings.sharedCache && new SharedLookups(settings.sharedCache, this.clock, settings);
    this.#client = new TokeninfoClient(settings.tokenInfoUrl, settings.dispatcher, settings.timeoutMs);
    this.#attempts = new Attempts(this.#client, this.#breaker, this.clock, settings.timeoutMs);
    this.#timeoutMs = settings.timeoutMs;
    this.#onAnswer = onAnswer;
  }

  /**
   * What Google says about a token. Any number of concurrent calls for one key cost one lookup.
   *
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE`
   */
  lookUp(question: Question): Promise<Answer> {
    const { key } = question;
    const underWay = this.#inFlight.get(key);
    if (underWay !== undefined) {
      this.#joined++;
      return underWay;
    }
    const lookup = this.#run(question);
    // Every caller may have given up by the time it fails.
    lookup.catch(() => undefined);
    this.#inFlight.set(key, lookup);
    return lookup;
  }

  async #run(question: Question): Promise<Answer> {
    const deadline = new Deadline(this.#timeoutMs);
    const ask = () => this.#askGoogle(question, deadline);
    try {
      const answer = await (this.#shared?.lookUp(question, ask) ?? ask().then((facts) => byGoogle(question, facts)));
      this.#onAnswer(question.key, answer.known);
      return answer;
    } finally {
      deadline.end();
      this.#inFlight.delete(question.key);
    }
  }

  async #askGoogle(question: Question, deadline: Deadline): Promise<TokeninfoFacts | undefined> {
    this.#started++;
    try {
      // Nobody need wait for a place only to be told that Google is down; and it may be by the time a place is free.
      const { openForMs } = this.#breaker;
      if (openForMs > 0) throw unavailable('tokeninfo is down; it is asked again in a moment', openForMs);
      const places = question.wasGood ? this.#known : this.#unknown;
      const answer = await places.run(() => this.#attempts.ask(question, deadline), deadline);
      if (answer === undefined) this.#refused++;
      return answer;
    } catch (error) {
      this.#failed++;
      throw error;
    }
  }

  stats(): Omit<VerifierStats['lookups'], 'graceUses'> {
    return {
      started: this.#started,
      joined: this.#joined,
      retried: this.#attempts.retried,
      refused: this.#refused,
      failed: this.#failed,
      active: this.#inFlight.size,
      circuit: this.#breaker.state,
      sharedHits: this.#shared?.hits ?? 0,
      sharedFailures: this.#shared?.failures ?? 0,
    };
  }

  /** Waits for the lookups under way (each ends by its deadline), then closes the connections. */
  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#inFlight.values())
      .then(() => this.#shared?.settled())
      .then(() => this.#client.close());
    return this.#closed;
  }
}
