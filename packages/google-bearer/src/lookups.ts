import type { TokenFacts } from './claims.ts';
import { type Answer, SharedLookups } from './shared-lookups.ts';
import { Attempts } from './tokeninfo/attempts.ts';
import { Circuit } from './tokeninfo/circuit.ts';
import { Deadline } from './tokeninfo/deadline.ts';
import { TokeninfoClient } from './tokeninfo/request.ts';
import { Turns } from './tokeninfo/turns.ts';
import type { SharedTokenCache, VerifierStats } from './types.ts';

/** Lookups under way at once; more wait their turn. */
const MAX_CONCURRENT = 256;

/** Lookups that wait their turn; more are refused with 503, so that a flood cannot fill our memory. */
const MAX_WAITING = 4096;

/** So many failures in a row, each of up to two attempts, are an outage and not one of Google's short bursts of 503. */
const FAILURES_TO_OPEN = 10;

/** How long an open circuit spares Google before it lets one lookup try. */
const OPEN_MS = 1000;

/**
 * Asks about tokens: once for all who wait for the same one, the shared cache first where there is one, and Google not at
 * all while it is down.
 */
export class Lookups {
  readonly #client: TokeninfoClient;
  readonly #attempts: Attempts;
  readonly #shared: SharedLookups | undefined;
  readonly #timeoutMs: number;
  readonly #inFlight = new Map<string, Promise<TokenFacts | undefined>>();
  readonly #turns = new Turns(MAX_CONCURRENT, MAX_WAITING);
  readonly #circuit = new Circuit(FAILURES_TO_OPEN, OPEN_MS);
  #started = 0;
  #joined = 0;
  #refused = 0;
  #failed = 0;
  #closed: Promise<void> | undefined;

  constructor(settings: {
    readonly tokenInfoUrl: URL;
    readonly timeoutMs: number;
    readonly maxAgeMs: number;
    readonly sharedCache: SharedTokenCache | undefined;
  }) {
    this.#shared = settings.sharedCache && new SharedLookups(settings.sharedCache, settings);
    this.#client = new TokeninfoClient(settings.tokenInfoUrl, MAX_CONCURRENT, settings.timeoutMs);
    this.#attempts = new Attempts(this.#client);
    this.#timeoutMs = settings.timeoutMs;
  }

  /**
   * What Google says about a token. Any number of concurrent calls for one key cost one lookup.
   *
   * @param onAnswer called once for the lookup, before any of its callers goes on
   * @returns the facts, or undefined when Google says no
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE`
   */
  lookUp(key: string, token: string, onAnswer: (answer: Answer) => void): Promise<TokenFacts | undefined> {
    const shared = this.#inFlight.get(key);
    if (shared !== undefined) {
      this.#joined++;
      return shared;
    }
    const lookup = this.#run(key, token, onAnswer);
    // Every caller may have given up by the time it fails.
    lookup.catch(() => undefined);
    this.#inFlight.set(key, lookup);
    return lookup;
  }

  async #run(key: string, token: string, onAnswer: (answer: Answer) => void): Promise<TokenFacts | undefined> {
    const deadline = new Deadline(this.#timeoutMs);
    try {
      const answer = await (this.#shared?.lookUp(token, () => this.#askGoogle(token, deadline)) ??
        this.#askAlone(token, deadline));
      onAnswer(answer);
      return answer.facts;
    } finally {
      deadline.end();
      this.#inFlight.delete(key);
    }
  }

  async #askAlone(token: string, deadline: Deadline): Promise<Answer> {
    return { facts: await this.#askGoogle(token, deadline), statedAt: Date.now() };
  }

  async #askGoogle(token: string, deadline: Deadline): Promise<TokenFacts | undefined> {
    this.#started++;
    try {
      await this.#turns.take(deadline);
      try {
        // Inside: a wait for one's turn must see the circuit as it is when the turn comes.
        const facts = await this.#circuit.run(() => this.#attempts.ask(token, deadline), deadline);
        if (facts === undefined) this.#refused++;
        return facts;
      } finally {
        this.#turns.pass();
      }
    } catch (error) {
      this.#failed++;
      throw error;
    }
  }

  /** How far Google's clock is ahead of ours, as last seen; 0 when it is not. */
  get googleAheadMs(): number {
    return this.#attempts.googleAheadMs;
  }

  stats(): Omit<VerifierStats['lookups'], 'graceUses'> {
    return {
      started: this.#started,
      joined: this.#joined,
      retried: this.#attempts.retried,
      refused: this.#refused,
      failed: this.#failed,
      active: this.#inFlight.size,
      circuit: this.#circuit.state,
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
