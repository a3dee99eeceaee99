import { LRUCache } from 'lru-cache';
import type { KnownToken } from './known-token.ts';

/** The library sets all its room aside at once, which for a hundred thousand takes 10 ms and 3 MB: most never need it. */
const FIRST_ROOM = 1000;

const GROWTH = 10;

/**
 * The good tokens that memory knows, by token key. Storage only: who may use an entry, and when, is judged elsewhere. So it
 * has no `ttl`: an entry past its life still tells that the token was good. And no `fetchMethod`: an eviction would abort
 * the lookup, and a flood of tokens the lookups of everybody else.
 */
export class KnownTokens {
  readonly #maxEntries: number;
  #tokens: LRUCache<string, KnownToken>;

  /** @param maxEntries when it is full, the one that was not used for longest leaves */
  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
    this.#tokens = new LRUCache({ max: Math.min(FIRST_ROOM, maxEntries) });
  }

  /** What is known of a token. Counts as a use. */
  get(key: string): KnownToken | undefined {
    return this.#tokens.get(key);
  }

  /** As {@link get}, and counts as no use. */
  peek(key: string): KnownToken | undefined {
    return this.#tokens.peek(key);
  }

  set(key: string, known: KnownToken): void {
    if (this.#tokens.size === this.#tokens.max && this.#tokens.max < this.#maxEntries) this.#makeRoom();
    this.#tokens.set(key, known);
  }

  delete(key: string): void {
    this.#tokens.delete(key);
  }

  get size(): number {
    return this.#tokens.size;
  }

  /** Happens twice on the way to a hundred thousand. */
  #makeRoom(): void {
    const larger = new LRUCache<string, KnownToken>({ max: Math.min(this.#tokens.max * GROWTH, this.#maxEntries) });
    // From the one that was not used for longest.
    this.#tokens.rforEach((known, key) => void larger.set(key, known));
    this.#tokens = larger;
  }
}
