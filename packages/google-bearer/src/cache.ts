import { LRUCache } from 'lru-cache';
import type { TokenFacts } from './claims.ts';

/**
 * Bad tokens have a memory of their own, so that a flood of them pushes no good one out. It is small because each costs
 * its sender a request and us little.
 */
const MAX_BAD_ENTRIES = 10_000;

/** Facts, and when Google stated them. */
interface CacheEntry {
  readonly facts: TokenFacts;
  readonly statedAt: number;
}

/** What Google said, by token key. lru-cache is storage only: who may use an entry, and when, is decided here. */
export class FactsCache {
  readonly #good: LRUCache<string, CacheEntry>;
  readonly #bad = new LRUCache<string, number>({ max: MAX_BAD_ENTRIES });
  readonly #maxAgeMs: number;
  readonly #graceMs: number;

  constructor(settings: { readonly maxEntries: number; readonly maxAgeMs: number; readonly graceMs: number }) {
    this.#good = new LRUCache({ max: settings.maxEntries });
    this.#maxAgeMs = settings.maxAgeMs;
    this.#graceMs = settings.graceMs;
  }

  /** Facts that need no confirmation: young enough, or about a token that is dead for good. */
  fresh(key: string, now: number): TokenFacts | undefined {
    const entry = this.#good.get(key);
    if (entry === undefined) return undefined;
    return isWithin(this.#maxAgeMs, entry.statedAt, now) || entry.facts.expiresAt <= now ? entry.facts : undefined;
  }

  /** Facts that may be used while Google is down. */
  withinGrace(key: string, now: number): TokenFacts | undefined {
    const entry = this.#good.get(key);
    const lifeMs = this.#maxAgeMs + this.#graceMs;
    return entry !== undefined && isWithin(lifeMs, entry.statedAt, now) ? entry.facts : undefined;
  }

  /** Facts of whatever age, without counting as a use. */
  known(key: string): TokenFacts | undefined {
    return this.#good.peek(key)?.facts;
  }

  /** Whether Google refused this token lately. */
  isBad(key: string, now: number): boolean {
    const statedAt = this.#bad.get(key);
    return statedAt !== undefined && isWithin(this.#maxAgeMs, statedAt, now);
  }

  /** Keeps what Google said, here or to another instance. */
  keep(key: string, facts: TokenFacts, statedAt: number): void {
    this.#bad.delete(key);
    this.#good.set(key, { facts, statedAt });
  }

  /** Keeps that Google refused the token. Only for a definite answer, never for an outage. */
  keepBad(key: string, statedAt: number): void {
    this.#good.delete(key);
    this.#bad.set(key, statedAt);
  }

  get entries(): number {
    return this.#good.size;
  }

  get badEntries(): number {
    return this.#bad.size;
  }
}

/** Whether something is younger than `lifeMs`. An age below zero is unknown: the clock was set back. */
function isWithin(lifeMs: number, since: number, now: number): boolean {
  const age = now - since;
  return age >= 0 && age < lifeMs;
}
