import { RetryLaterError } from '../errors/errors.ts';
import { KnownToken } from '../memory/known-token.ts';
import type { VerifierStats } from '../stats.ts';
import { keyFromSha256, sha256FromKey } from '../token/key.ts';
import { noteOf } from './entry.ts';
import { type IssuedBefore, isDead, issuedBeforeOf, stricter } from './issued-before.ts';
import type { KeptNote, RevocationEntry, RevocationFollower, RevocationLog } from './log.ts';
import { SubjectRules } from './subject-rules.ts';

/** Dead entries are looked for in small portions, so that a million of them never hold up a request. */
const SWEEP_EVERY_MS = 1000;
const SWEEP_PORTION = 10_000;

/** Told what an entry says, once it is in force, and before its revocation is acknowledged or confirmed. */
export interface RevocationListener {
  /** This token is revoked. */
  onToken(key: string): void;
  /** Tokens of this user are revoked. */
  onSubject(subjectKey: string): void;
  /** This user is blocked. */
  onBlock(subjectKey: string): void;
  /** Tokens of anybody are revoked. */
  onEveryone(): void;
}

/** The view of the revocation log that every request consults: in memory, by hash look-ups. */
export class RevocationIndex {
  readonly #maxStalenessMs: number;
  readonly #tokenLifetimeMs: number;
  readonly #acceptStale: boolean;
  readonly #listener: RevocationListener;
  readonly #tokens = new Map<string, KeptNote & { readonly expiresAt: number }>();
  readonly #subjects = new SubjectRules();
  #everyone: IssuedBefore = { issuedBefore: Number.NEGATIVE_INFINITY, expiresAt: 0 };
  /** Every entry acknowledged before this has arrived. */
  #confirmedAt = Number.NEGATIVE_INFINITY;
  /** The same on the clock of `performance.now()`. */
  #confirmedAtUptime = Number.NEGATIVE_INFINITY;
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
    listener: RevocationListener,
  ) {
    this.#listener = listener;
    this.#tokenLifetimeMs = settings.tokenLifetimeMs;
    this.#maxStalenessMs = settings.maxStalenessMs;
    this.#acceptStale = settings.onStale === 'accept';
    const follower: RevocationFollower = {
      entry: (entry) => this.#apply(entry),
      confirm: (asOf) => {
        this.#confirmedAt = asOf;
        this.#confirmedAtUptime = performance.now() - Math.max(0, Date.now() - asOf);
        this.#logError = undefined;
        this.#replayed.resolve();
      },
      error: (error) => {
        this.#logError = error;
      },
      inForce: () => this.entries(Date.now()),
    };
    this.#unfollow = log.follow(follower);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_EVERY_MS).unref();
  }

  /** Whether this very token was revoked. */
  revokesToken(key: string): boolean {
    return this.#tokens.has(key);
  }

  /** Whether a rule about its user, or about everybody, revokes a token. */
  revokes(known: KnownToken): boolean {
    // Google does not say when it issued a token: its end minus the longest life can only be too early.
    const issuedAt = known.expiresAt - this.#tokenLifetimeMs;
    return issuedAt < this.#everyone.issuedBefore || this.#subjects.revokes(KnownToken.subjectKey(known), issuedAt);
  }

  /** Whether this user is blocked, so that all tokens are revoked. */
  blocks(subjectKey: string): boolean {
    return this.#subjects.blocks(subjectKey);
  }

  /**
   * Holds the promise of `maxStalenessMs`.
   *
   * @throws {RetryLaterError} `ERR_REVOCATIONS_STALE` when this view may lack a revocation that it should have
   */
  assertFresh(now: number): void {
    if (this.freshForMs(now) < 0) throw new RetryLaterError('ERR_REVOCATIONS_STALE', { cause: this.#logError });
  }

  /** How long this view may be judged by unless it is confirmed again, in ms; below zero: no longer. */
  freshForMs(now: number): number {
    if (this.#acceptStale && this.#confirmedAt > Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
    return this.#maxStalenessMs - this.#age(now);
  }

  #age(now: number): number {
    // A log in this process: there is nothing that could be missing.
    if (this.#confirmedAt === Number.POSITIVE_INFINITY) return 0;
    const age = now - this.#confirmedAt;
    // Below zero the clock was set back, and the age is not known.
    if (age < 0) return Number.POSITIVE_INFINITY;
    // The one clock can be set back by a little, the other stands still while the machine sleeps: the older age counts.
    return Math.max(age, performance.now() - this.#confirmedAtUptime);
  }

  /** Resolves once the log has been replayed. */
  replayed(): Promise<void> {
    return this.#replayed.promise;
  }

  /** The entries in force. */
  *entries(now: number): IterableIterator<RevocationEntry> {
    const everyone = this.#everyone;
    if (everyone.expiresAt > now) yield { type: 'everyone', ...everyone };
    yield* this.#subjects.entries(now);
    for (const [key, rule] of this.#tokens) {
      if (rule.expiresAt > now) yield { type: 'token', tokenSha256: sha256FromKey(key), ...rule };
    }
  }

  stats(now: number): Omit<VerifierStats['revocations'], 'watchers'> {
    return {
      tokens: this.#tokens.size,
      subjects: this.#subjects.subjects,
      blocked: this.#subjects.blocked,
      ready: this.#confirmedAt > Number.NEGATIVE_INFINITY,
      ageMs: this.#age(now),
    };
  }

  /** Stops following the log. What cannot be kept current is no longer consulted: every token is refused from now on. */
  close(): void {
    clearInterval(this.#sweeper);
    this.#unfollow();
    this.#confirmedAt = Number.NEGATIVE_INFINITY;
    this.#replayed.promise.catch(() => undefined);
    this.#replayed.reject(new Error('the verifier is closed'));
  }

  /** Entries may come twice, and those about issue times in any order: the strictest stays. */
  #apply(entry: RevocationEntry): void {
    switch (entry.type) {
      case 'token': {
        const key = keyFromSha256(entry.tokenSha256);
        const before = this.#tokens.get(key);
        // Revoked since the first entry that said so, until the last one ends.
        const expiresAt = Math.max(entry.expiresAt, before?.expiresAt ?? 0);
        this.#tokens.set(key, { ...(before ?? noteOf(entry)), expiresAt });
        this.#listener.onToken(key);
        return;
      }
      case 'everyone':
        this.#everyone = stricter(issuedBeforeOf(this.#withOwnLife(entry)), this.#everyone);
        this.#listener.onEveryone();
        return;
      case 'subject':
        this.#listener.onSubject(this.#subjects.apply(this.#withOwnLife(entry)));
        return;
      case 'block':
        this.#listener.onBlock(this.#subjects.apply(entry));
        return;
      default:
        this.#subjects.apply(entry);
    }
  }

  /** Whoever wrote it may reckon with shorter lives of tokens than we do. */
  #withOwnLife<Entry extends IssuedBefore>(entry: Entry): Entry {
    const endsAt = entry.issuedBefore + this.#tokenLifetimeMs;
    return { ...entry, expiresAt: Math.max(entry.expiresAt, endsAt) };
  }

  #sweep(): void {
    for (let step = 0; step < SWEEP_PORTION; step++) if (this.#rounds.next().value) return;
  }

  /** Walks over all that can end, again and again, and drops what has. Says true at the end of each round. */
  *#walk(): Generator<boolean, never> {
    for (;;) {
      for (const [key, { expiresAt }] of this.#tokens) {
        if (isDead(expiresAt)) this.#tokens.delete(key);
        yield false;
      }
      for (const _ of this.#subjects.sweep()) yield false;
      yield true;
    }
  }
}
