import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { TokenRefusedError } from 'google-bearer';
import { clientOf } from './client.ts';
import type { BudgetSettings } from './options.ts';
import { Places, tooMany } from './places.ts';
import { type Left, RefusalCount } from './refusal-count.ts';

/** How a token is judged. */
interface Lookup<P> {
  /** From memory; undefined when it does not know the token. */
  peek(): P | undefined;
  /** After asking Google. */
  ask(): Promise<P>;
}

/** A client whose unknown tokens are being judged; forgotten with the last of them. */
interface Visitor {
  readonly client: string;
  readonly places: Places;
  /** How many are being judged. */
  requests: number;
  /** How many Google has refused since the first. */
  charges: number;
}

/**
 * Keeps a client that sends unknown tokens from taking all of what we may ask Google. Good tokens cost nothing; when Google
 * has refused too many, the client's unknown tokens are refused without a lookup.
 */
export class LookupBudget {
  readonly #count: RefusalCount;
  readonly #log: FastifyBaseLogger;
  readonly #visitors = new Map<string, Visitor>();
  #warned = false;

  constructor(settings: BudgetSettings, log: FastifyBaseLogger) {
    this.#count = new RefusalCount(settings);
    this.#log = log;
  }

  /**
   * Judges a token that memory does not know.
   *
   * @throws {RetryLaterError} `ERR_TOO_MANY_LOOKUPS`, and all that `lookup` throws
   */
  async judge<P>(request: FastifyRequest, token: string, lookup: Lookup<P>): Promise<P> {
    const client = clientOf(request);
    if (client === undefined) {
      this.#warn();
      return lookup.ask();
    }
    const visitor = this.#visitorOf(client);
    visitor.requests += 1;
    try {
      return await this.#judgeFor(visitor, request, token, lookup);
    } finally {
      visitor.requests -= 1;
      if (visitor.requests === 0) this.#visitors.delete(client);
    }
  }

  async #judgeFor<P>(visitor: Visitor, request: FastifyRequest, token: string, { peek, ask }: Lookup<P>): Promise<P> {
    const { client, places } = visitor;
    let left: Left;
    let charges: number;
    do {
      ({ charges } = visitor);
      left = await this.#count.left(client);
      // Otherwise the figure is old already.
    } while (charges !== visitor.charges);
    if (left.points === 0) throw tooMany(left.resetMs);
    places.limitTo(left.points);
    if (!(await places.enter(token, request))) return ask();
    try {
      // Others may have asked while this one waited.
      return peek() ?? (await this.#askAndCharge(visitor, ask));
    } finally {
      places.leave(token);
    }
  }

  async #askAndCharge<P>(visitor: Visitor, ask: () => Promise<P>): Promise<P> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof TokenRefusedError && error.code === 'ERR_TOKEN_INVALID') {
        visitor.charges += 1;
        const left = await this.#count.add(visitor.client);
        visitor.places.limitTo(left.points);
        if (left.points === 0) visitor.places.refuseWaiting(tooMany(left.resetMs));
      }
      throw error;
    }
  }

  #visitorOf(client: string): Visitor {
    let visitor = this.#visitors.get(client);
    if (visitor === undefined) {
      visitor = { client, places: new Places(), requests: 0, charges: 0 };
      this.#visitors.set(client, visitor);
    }
    return visitor;
  }

  #warn(): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#log.warn(
      "fastify-google-bearer: a proxy passes on requests, and their clients cannot be told apart, so there is no lookupBudget. Set Fastify's trustProxy to the proxy's address.",
    );
  }
}
