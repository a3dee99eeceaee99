import { LRUCache } from 'lru-cache';
import type { TokenFacts } from './claims.ts';
import { subjectTag } from './subject-key.ts';
import { TokenTable } from './token-table.ts';

/**
 * Bad tokens have a memory of their own, so that a flood of them pushes no good one out. It is small because each costs
 * its sender a request and us little.
 */
const MAX_BAD_ENTRIES = 10_000;

/** What Google said, by token key. The tables are storage only: who may use an entry, and when, is decided here. */
export class FactsCache {
  readonly #good: TokenTable<TokenFacts>;
  readonly #bad = new LRUCache<string, number>({ max: MAX_BAD_ENTRIES });
  readonly #maxAgeMs: number;
  readonly #graceMs: number;

  constructor(settings: { readonly maxEntries: number; readonly maxAgeMs: number; readonly graceMs: number }) {
    this.#good = new TokenTable(settings.maxEntries);
    this.#maxAgeMs = settings.maxAgeMs;
    this.#graceMs = settings.graceMs;
  }

  /** Where the facts about a token are, for the methods below, before anything else is done here; -1: nowhere. */
  find(key: string): number {
    return this.#good.find(key);
  }

  /** Facts that need no confirmation: young enough, or about a token that is dead for good. Counts as a use. */
  fresh(place: number, now: number): TokenFacts | undefined {
    this.#good.use(place);
    const facts = this.#good.valueAt(place);
    if (facts === undefined) return undefined;
    return isWithin(this.#maxAgeMs, this.#good.statedAt(place), now) || this.expiresAt(place) <= now
      ? facts
      : undefined;
  }

  /** When the token there ends: also among the facts, but as an object's number, which is one more trip to memory. */
  expiresAt(place: number): number {
    return this.#good.endsAt(place);
  }

  /** The tag of the user there, for the rules about users. */
  subjectTag(place: number): number {
    return this.#good.tagAt(place);
  }

  /** Facts that may be used while Google is down. */
  withinGrace(key: string, now: number): TokenFacts | undefined {
    const place = this.#good.find(key);
    const lifeMs = this.#maxAgeMs + this.#graceMs;
    return place !== -1 && isWithin(lifeMs, this.#good.statedAt(place), now) ? this.#good.valueAt(place) : undefined;
  }

  /** Facts of whatever age, without counting as a use. */
  known(key: string): TokenFacts | undefined {
    return this.#good.valueAt(this.#good.find(key));
  }

  /** Whether Google refused this token lately. */
  isBad(key: string, now: number): boolean {
    const statedAt = this.#bad.get(key);
    return statedAt !== undefined && isWithin(this.#maxAgeMs, statedAt, now);
  }

  /** Keeps what Google said, here or to another instance. */
  keep(key: string, facts: TokenFacts, statedAt: number): void {
    this.#bad.delete(key);
    this.#good.set(key, facts, { statedAt, endsAt: facts.expiresAt, tag: subjectTag(facts) });
  }

  /** Keeps that Google refused the token. Only for a definite answer, never for an outage. */
  keepBad(key: string, statedAt: number): void {
    this.#good.delete(key);
    this.#bad.set(key, statedAt);
  }

  /** Drops the facts about a token that was revoked. */
  forget(key: string): void {
    this.#good.delete(key);
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
