import { LRUCache } from 'lru-cache';
import { isYounger } from './known-token.ts';

/** Small, since each costs its sender a request and us little. */
const MAX_ENTRIES = 10_000;

/** How long the first no about a token is believed. Should Google ever slip, that costs half a minute. */
const FIRST_LIFE_MS = 30_000;

/** A definite no of Google's, and how long it is believed. */
interface Refusal {
  readonly statedAt: number;
  readonly lifeMs: number;
}

/**
 * The tokens that Google refused, by token key. They have a memory of their own, so that a flood of them pushes no good one
 * out.
 */
export class BadTokens {
  /** By size, each counting as one: with `max` the library sets all the room aside at once. */
  readonly #refusals = new LRUCache<string, Refusal>({ maxSize: MAX_ENTRIES, sizeCalculation: () => 1 });
  readonly #maxAgeMs: number;

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /** Whether Google refused this token lately. */
  has(key: string, now: number): boolean {
    const refusal = this.#refusals.get(key);
    return refusal !== undefined && isYounger(refusal.lifeMs, refusal.statedAt, now);
  }

  /** When Google refused this token last, however long ago; undefined: as far as is known, never. */
  refusedAt(key: string): number | undefined {
    return this.#refusals.peek(key)?.statedAt;
  }

  /** Keeps a definite no of Google's; never an outage. Each further one about the same token is kept twice as long. */
  set(key: string, statedAt: number): void {
    const before = this.#refusals.peek(key);
    const lifeMs = Math.min(before === undefined ? FIRST_LIFE_MS : before.lifeMs * 2, this.#maxAgeMs);
    this.#refusals.set(key, { statedAt, lifeMs });
  }

  delete(key: string): void {
    this.#refusals.delete(key);
  }

  get size(): number {
    return this.#refusals.size;
  }
}
