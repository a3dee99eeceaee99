import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleType,
} from 'cockatiel';
import type { TokenFacts } from './claims.ts';
import { RetryLaterError } from './errors.ts';
import { type Answer, SharedLookups } from './shared-lookups.ts';
import { Attempts } from './tokeninfo/attempts.ts';
import { TokeninfoClient } from './tokeninfo/request.ts';
import type { SharedTokenCache, VerifierStats } from './types.ts';
import { until } from './until.ts';

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
  // A wait for one's turn must see the circuit as it is when the turn comes: the circuit stands inside the queue.
  readonly #queue = bulkhead(MAX_CONCURRENT, MAX_WAITING);
  readonly #circuit = circuitBreaker(handleType(RetryLaterError), {
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
    halfOpenAfter: OPEN_MS,
  });
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
    this.#client = new TokeninfoClient(settings.tokenInfoUrl, MAX_CONCURRENT);
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
    const lookup = this.#run(token, onAnswer).finally(() => this.#inFlight.delete(key));
    // Every caller may have given up by the time it fails.
    lookup.catch(() => undefined);
    this.#inFlight.set(key, lookup);
    return lookup;
  }

  async #run(token: string, onAnswer: (answer: Answer) => void): Promise<TokenFacts | undefined> {
    const deadline = Date.now() + this.#timeoutMs;
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const askGoogle = () => this.#askGoogle(token, deadline, signal);
    const answer = await (this.#shared?.lookUp(token, askGoogle) ?? fresh(askGoogle()));
    onAnswer(answer);
    return answer.facts;
  }

  async #askGoogle(token: string, deadline: number, signal: AbortSignal): Promise<TokenFacts | undefined> {
    this.#started++;
    try {
      const facts = await until(
        this.#queue.execute(() => this.#circuit.execute(() => this.#attempts.ask(token, deadline, signal)), signal),
        signal,
      );
      if (facts === undefined) this.#refused++;
      return facts;
    } catch (error) {
      this.#failed++;
      throw error instanceof RetryLaterError ? error : notAsked(error);
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
      circuit: circuitName(this.#circuit.state),
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

async function fresh(asked: Promise<TokenFacts | undefined>): Promise<Answer> {
  return { facts: await asked, statedAt: Date.now() };
}

function notAsked(error: unknown): RetryLaterError {
  let reason = 'tokeninfo did not answer in time';
  if (error instanceof BrokenCircuitError) reason = 'tokeninfo is down; it is asked again in a moment';
  if (error instanceof BulkheadRejectedError) reason = 'too many lookups are waiting for tokeninfo';
  return new RetryLaterError('ERR_TOKENINFO_UNAVAILABLE', { retryAfterMs: OPEN_MS, cause: new Error(reason) });
}

function circuitName(state: CircuitState): VerifierStats['lookups']['circuit'] {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half-open' : 'open';
}
