import { LRUCache } from 'lru-cache';
import { isYounger } from './known-token.ts';

/** Small, since each costs its sender a request and us little. */
const MAX_ENTRIES = 10_000;

/**
 * The tokens that Google refused, by token key. They have a memory of their own, so that a flood of them pushes no good one
 * out.
 */
export class BadTokens {
  readonly #statedAt = new LRUCache<string, number>({ max: MAX_ENTRIES });
  readonly #maxAgeMs: number;

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /** Whether Google refused this token lately. */
  has(key: string, now: number): boolean {
    const statedAt = this.#statedAt.get(key);
    return statedAt !== undefined && isYounger(this.#maxAgeMs, statedAt, now);
  }

  /** Keeps a definite no of Google's; never an outage. */
  set(key: string, statedAt: number): void {
    this.#statedAt.set(key, statedAt);
  }

  delete(key: string): void {
    this.#statedAt.delete(key);
  }

  get size(): number {
    return this.#statedAt.size;
  }
}
