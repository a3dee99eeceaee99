import type { TokenFacts } from '../claims.ts';
import { RetryLaterError } from '../errors.ts';
import { keyFromSha256, sha256FromKey } from '../token-key.ts';
import type { RevocationEntry, RevocationFollower, RevocationLog, VerifierStats } from '../types.ts';

/** An entry is kept this much longer than any token it can match, in case this machine's clock is set back. */
const KEEP_LONGER_MS = 60_000;

/** Dead entries are looked for in small portions, so that a million of them never hold up a request. */
const SWEEP_EVERY_MS = 1000;
const SWEEP_PORTION = 10_000;

interface IssuedBefore {
  readonly issuedBefore: number;
  readonly expiresAt: number;
}

/** The view of the revocation log that every request consults: in memory, by hash look-ups. */
export class RevocationIndex {
  readonly #maxStalenessMs: number;
  readonly #tokenLifetimeMs: number;
  readonly #acceptStale: boolean;
  /** Token key to when the entry may be dropped. */
  readonly #tokens = new Map<string, number>();
  readonly #subjects = new Map<string, IssuedBefore>();
  readonly #blocked = new Set<string>();
  #everyone: IssuedBefore = { issuedBefore: Number.NEGATIVE_INFINITY, expiresAt: 0 };
  /** Every entry acknowledged before this has arrived. */
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #logError: unknown;
  readonly #replayed = Promise.withResolvers<void>();
  readonly #unfollow: () => void;
  readonly #sweeper: NodeJS.Timeout;
  readonly #rounds = this.#walk();

  constructor(
    log: RevocationLog,
    settings: {
      readonly tokenLifetimeMs: number;
      readonly maxStalenessMs: number;
      readonly onStale: 'refuse' | 'accept';
    },
  ) {
    this.#tokenLifetimeMs = settings.tokenLifetimeMs;
    this.#maxStalenessMs = settings.maxStalenessMs;
    this.#acceptStale = settings.onStale === 'accept';
    const follower: RevocationFollower = {
      entry: (entry) => this.#apply(entry),
      confirm: (asOf) => {
        this.#confirmedAt = asOf;
        this.#logError = undefined;
        this.#replayed.resolve();
      },
      error: (error) => {
        this.#logError = error;
      },
    };
    this.#unfollow = log.follow(follower);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_EVERY_MS).unref();
  }

  /** Whether this very token was revoked. */
  revokesToken(key: string): boolean {
    return this.#tokens.has(key);
  }

  /** Whether a rule about its user, or about everybody, revokes a token. */
  revokes(facts: TokenFacts): boolean {
    // Google does not say when it issued a token: its end minus the longest life can only be too early.
    const issuedAt = facts.expiresAt - this.#tokenLifetimeMs;
    if (issuedAt < this.#everyone.issuedBefore) return true;
    if (facts.subject === undefined) return false;
    const rule = this.#subjects.get(facts.subject);
    return (rule !== undefined && issuedAt < rule.issuedBefore) || this.#blocked.has(facts.subject);
  }

  /**
   * Holds the promise of `maxStalenessMs`.
   *
   * @throws {RetryLaterError} `ERR_REVOCATIONS_STALE` when this view may lack a revocation that it should have
   */
  assertFresh(now: number): void {
    if (this.#age(now) <= this.#maxStalenessMs) return;
    if (this.#acceptStale && this.#confirmedAt > Number.NEGATIVE_INFINITY) return;
    throw new RetryLaterError('ERR_REVOCATIONS_STALE', { cause: this.#logError });
  }

  #age(now: number): number {
    // A log in this process: there is nothing that could be missing.
    if (this.#confirmedAt === Number.POSITIVE_INFINITY) return 0;
    const age = now - this.#confirmedAt;
    // Below zero the clock was set back, and the age is not known.
    return age < 0 ? Number.POSITIVE_INFINITY : age;
  }

  /** Resolves once the log has been replayed. */
  replayed(): Promise<void> {
    return this.#replayed.promise;
  }

  /** The entries in force. */
  *entries(now: number): IterableIterator<RevocationEntry> {
    const everyone = this.#everyone;
    if (everyone.expiresAt > now) yield { type: 'everyone', ...everyone };
    for (const subject of this.#blocked) yield { type: 'block', subject };
    for (const [subject, rule] of this.#subjects) if (rule.expiresAt > now) yield { type: 'subject', subject, ...rule };
    for (const [key, expiresAt] of this.#tokens) {
      if (expiresAt > now) yield { type: 'token', tokenSha256: sha256FromKey(key), expiresAt };
    }
  }

  stats(now: number): VerifierStats['revocations'] {
    return {
      tokens: this.#tokens.size,
      subjects: this.#subjects.size,
      blocked: this.#blocked.size,
      ready: this.#confirmedAt > Number.NEGATIVE_INFINITY,
      ageMs: this.#age(now),
    };
  }

  /** Stops following the log. What cannot be kept current is no longer consulted: every token is refused from now on. */
  close(): void {
    clearInterval(this.#sweeper);
    this.#unfollow();
    this.#confirmedAt = Number.NEGATIVE_INFINITY;
  }

  /** Entries may come twice, and those about issue times in any order: the strictest stays. */
  #apply(entry: RevocationEntry): void {
    switch (entry.type) {
      case 'token': {
        const key = keyFromSha256(entry.tokenSha256);
        this.#tokens.set(key, Math.max(entry.expiresAt, this.#tokens.get(key) ?? 0));
        return;
      }
      case 'subject':
        this.#subjects.set(entry.subject, stricter(entry, this.#subjects.get(entry.subject)));
        return;
      case 'everyone':
        this.#everyone = stricter(entry, this.#everyone);
        return;
      case 'block':
        this.#blocked.add(entry.subject);
        return;
      case 'unblock':
        this.#blocked.delete(entry.subject);
    }
  }

  #sweep(): void {
    for (let step = 0; step < SWEEP_PORTION; step++) if (this.#rounds.next().value) return;
  }

  /** Walks over all that can end, again and again, and drops what has. Says true at the end of each round. */
  *#walk(): Generator<boolean, never> {
    for (;;) {
      for (const [key, expiresAt] of this.#tokens) {
        if (isDead(expiresAt)) this.#tokens.delete(key);
        yield false;
      }
      for (const [subject, { expiresAt }] of this.#subjects) {
        if (isDead(expiresAt)) this.#subjects.delete(subject);
        yield false;
      }
      yield true;
    }
  }
}

function isDead(expiresAt: number): boolean {
  return expiresAt <= Date.now() - KEEP_LONGER_MS;
}

function stricter(a: IssuedBefore, b: IssuedBefore | undefined): IssuedBefore {
  const issuedBefore = Math.max(a.issuedBefore, b?.issuedBefore ?? 0);
  return { issuedBefore, expiresAt: Math.max(a.expiresAt, b?.expiresAt ?? 0) };
}
