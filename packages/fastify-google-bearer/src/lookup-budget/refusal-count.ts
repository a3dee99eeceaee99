import { performance } from 'node:perf_hooks';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes, RLWrapperTimeouts } from 'rate-limiter-flexible';
import type { BudgetSettings } from './options.ts';

/** What is left of a client's budget. */
export interface Left {
  /** How many more tokens Google may refuse; 0 when the budget is spent. */
  readonly points: number;
  /** When the budget is whole again, in milliseconds. */
  readonly resetMs: number;
}

/**
 * How many clients are counted at a time. With more, those are forgotten whose last lookup is longest ago: a flood from ever
 * new addresses must not fill the memory.
 */
const MAX_CLIENTS = 10_000;

/** How long Redis may take; a lookup at Google takes longer than this. */
const REDIS_TIMEOUT_MS = 200;

/** How long Redis is left alone after it has failed: only one request in so long waits for it in vain. */
const REDIS_PAUSE_MS = 5000;

/**
 * Counts the tokens of each client that Google refused. It always counts in memory, and in Redis too if there is one: when
 * Redis is down or silent, what this instance knows goes on to hold.
 */
export class RefusalCount {
  readonly #refused: number;
  readonly #memory: RateLimiterMemory;
  readonly #counted: LRUCache<string, true>;
  readonly #redis: RLWrapperTimeouts | undefined;
  /** By a clock that nobody sets back. */
  #redisPausedUntil = 0;

  constructor({ refused, perMs, redis, prefix }: BudgetSettings) {
    this.#refused = refused;
    this.#memory = new RateLimiterMemory({ points: refused, duration: perMs / 1000, keyPrefix: '' });
    this.#counted = new LRUCache({
      // Each counts as one: with `max` the library sets all the room aside at once.
      maxSize: MAX_CLIENTS,
      sizeCalculation: () => 1,
      dispose: (_, client, reason) => {
        if (reason === 'evict') void this.#memory.delete(client);
      },
    });
    this.#redis =
      redis &&
      new RLWrapperTimeouts({
        timeoutMs: REDIS_TIMEOUT_MS,
        limiter: new RateLimiterRedis({
          storeClient: redis,
          useRedisPackage: true,
          // Commands that wait for a reconnect would hold up the requests that sent them.
          rejectIfRedisNotReady: true,
          points: refused,
          // Of a part of a second it would make no expiry at all.
          duration: Math.ceil(perMs / 1000),
          keyPrefix: `${prefix}:lookup-budget`,
        }),
      });
  }

  /** What is left for a client before it asks. */
  async left(client: string): Promise<Left> {
    const own = this.#read(await this.#memory.get(client));
    this.#counted.get(client);
    if (own.points === 0) return own;
    const shared = this.#read(await this.#askRedis((redis) => redis.get(client)));
    return shared.points < own.points ? shared : own;
  }

  /** Counts a refused token. Redis hears of it on the side. */
  async add(client: string): Promise<Left> {
    this.#counted.set(client, true);
    void this.#askRedis((redis) => redis.penalty(client));
    return this.#read(await this.#memory.penalty(client));
  }

  #read(count: RateLimiterRes | null): Left {
    if (count === null || count.msBeforeNext <= 0) return { points: this.#refused, resetMs: 0 };
    return { points: Math.max(0, this.#refused - count.consumedPoints), resetMs: count.msBeforeNext };
  }

  /** Null when Redis knows nothing, or there is none, or it cannot be asked now. */
  async #askRedis(ask: (redis: RLWrapperTimeouts) => Promise<RateLimiterRes | null>): Promise<RateLimiterRes | null> {
    if (this.#redis === undefined || performance.now() < this.#redisPausedUntil) return null;
    try {
      return await ask(this.#redis);
    } catch {
      this.#redisPausedUntil = performance.now() + REDIS_PAUSE_MS;
      return null;
    }
  }
}
