import { LRUCache } from 'lru-cache';
import type { KnownToken } from './known-token.ts';

/**
 * The good tokens that memory knows, by token key. Storage only: who may use an entry, and when, is judged elsewhere. So it
 * has no `ttl`: an entry past its life still tells that the token was good. And no `fetchMethod`: an eviction would abort
 * the lookup, and a flood of tokens the lookups of everybody else.
 */
export class KnownTokens {
  readonly #tokens: LRUCache<string, KnownToken>;

  /** @param maxEntries when it is full, the one that was not used for longest leaves; its room is set aside at once */
  constructor(maxEntries: number) {
    this.#tokens = new LRUCache({ max: maxEntries });
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
    this.#tokens.set(key, known);
  }

  delete(key: string): void {
    this.#tokens.delete(key);
  }

  get size(): number {
    return this.#tokens.size;
  }
}
