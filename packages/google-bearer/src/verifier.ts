import { RetryLaterError, TokenRefusedError } from './errors/errors.ts';
import { judge, type Policy, policyOf, type ScopeRequirement } from './judging/judge.ts';
import { until } from './lookup/deadline.ts';
import { Lookups } from './lookup/lookups.ts';
import type { Answer, Question } from './lookup/question.ts';
import { BadTokens } from './memory/bad-tokens.ts';
import { isYounger, type KnownToken } from './memory/known-token.ts';
import { KnownTokens } from './memory/known-tokens.ts';
import { readOptions, type Settings, type TokenVerifierOptions } from './options.ts';
import type { Principal, ServicePrincipal, TokenFacts } from './principal.ts';
import type { RevocationEntry, RevocationNote } from './revocations/log.ts';
import { memoryRevocationLog } from './revocations/memory-log.ts';
import { RevocationIndex } from './revocations/revocation-index.ts';
import { Revoking, type SignOutOptions } from './revocations/revoking.ts';
import type { VerifierStats } from './stats.ts';
import { checkTokenForm, tokenKey } from './token/key.ts';
import type { PrincipalSource, TokenRequirement, TokenVerifier, VerifyOptions } from './token-verifier.ts';

/**
 * Makes a verifier. Make one per process and keep it: its memory is what makes it fast.
 *
 * @throws {TypeError} that names every option that is wrong
 * @example
 * const verifier = createTokenVerifier({ audience: process.env.GOOGLE_CLIENT_ID });
 * const principal = await verifier.verify(token, { scopes: ['email'] });
 */
export function createTokenVerifier(
  options: TokenVerifierOptions & { readonly allowServiceAccounts?: false },
): TokenVerifier<Principal>;
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier<Principal | ServicePrincipal>;
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier<Principal | ServicePrincipal> {
  return new Verifier(readOptions(options));
}

const NO_REQUIREMENT: TokenRequirement = Object.freeze({});

/** An answer, or what memory still has of one. */
type SourcedAnswer = Pick<Answer, 'known'> & { readonly source: PrincipalSource };

class Verifier implements TokenVerifier<Principal | ServicePrincipal> {
  readonly #maxAgeMs: number;
  readonly #graceMs: number;
  readonly #policy: Policy;
  readonly #known: KnownTokens;
  readonly #bad: BadTokens;
  readonly #lookups: Lookups;
  readonly #revoked: RevocationIndex;
  readonly #revoking: Revoking;
  #hits = 0;
  #badHits = 0;
  #misses = 0;
  #graceUses = 0;

  constructor(settings: Settings) {
    this.#maxAgeMs = settings.maxAgeMs;
    this.#graceMs = settings.graceMs;
    this.#policy = policyOf(settings);
    this.#known = new KnownTokens(settings.maxEntries);
    this.#bad = new BadTokens(settings.maxAgeMs);
    this.#lookups = new Lookups(settings, (key, known) => this.#remember(key, known));
    const log = settings.revocationLog ?? memoryRevocationLog();
    this.#revoked = new RevocationIndex(log, settings, (key) => this.#known.delete(key));
    this.#revoking = new Revoking({
      ...settings,
      log,
      isOurs: (audience) => this.#policy.audience.has(audience),
      known: (key) => this.#known.peek(key),
      lookUp: async (key, token) => {
        const question = { key, token, wasGood: false, maxAgeMs: settings.maxAgeMs };
        return (await this.#lookups.lookUp(question).catch(() => undefined))?.known;
      },
      signOutTime: () => this.#lookups.clock.forSignOut(Date.now()),
    });
  }

  peek(token: string, requirement: TokenRequirement = NO_REQUIREMENT): TokenFacts | undefined {
    return this.#fromMemory(tokenKey(token), requirement);
  }

  /** Not an async function: what memory knows needs no more of a promise than the one that is returned. */
  verify(token: string, options: VerifyOptions = NO_REQUIREMENT): Promise<TokenFacts> {
    try {
      const key = tokenKey(token);
      const facts = this.#fromMemory(key, options);
      if (facts === undefined) return this.#ask(key, token, options);
      options.onSource?.('memory');
      return Promise.resolve(facts);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #fromMemory(key: string, requirement: TokenRequirement): TokenFacts | undefined {
    const now = Date.now();
    const known = this.#known.get(key);
    // What is found here is not revoked: a token that is has been forgotten, and is not kept again.
    if (known !== undefined && this.#needsNoLookup(known, this.#maxAgeOf(requirement), now)) {
      this.#hits++;
      return this.#judge(known, requirement, now);
    }
    this.#assertNotRevoked(key);
    if (this.#bad.has(key, now)) {
      this.#badHits++;
      throw new TokenRefusedError('ERR_TOKEN_INVALID');
    }
    return undefined;
  }

  /** Young enough, or about a token that is dead for good. */
  #needsNoLookup({ facts, statedAt }: KnownToken, maxAgeMs: number, now: number): boolean {
    return isYounger(maxAgeMs, statedAt, now) || facts.expiresAt <= this.#lookups.clock.forExpiry(now);
  }

  #maxAgeOf({ maxAgeMs }: TokenRequirement): number {
    if (maxAgeMs === undefined) return this.#maxAgeMs;
    if (typeof maxAgeMs === 'number' && maxAgeMs >= 0) return Math.min(maxAgeMs, this.#maxAgeMs);
    throw new TypeError('maxAgeMs: a number of ms, 0 or more');
  }

  async #ask(key: string, token: string, options: VerifyOptions): Promise<TokenFacts> {
    checkTokenForm(token);
    // No lookup is worth its answer while the view of revocations is stale.
    this.#revoked.assertFresh(Date.now());
    this.#misses++;

    const old = this.#known.peek(key);
    const question = { key, token, wasGood: old !== undefined, maxAgeMs: this.#maxAgeOf(options) };
    const { known, source } = await this.#lookUp(question, options.signal).catch((error: unknown): SourcedAnswer => {
      const mayGrace = old !== undefined && options.maxAgeMs === undefined && error instanceof RetryLaterError;
      if (!mayGrace || !this.#isWithinGrace(old)) throw error;
      this.#graceUses++;
      return { known: old, source: 'memory' };
    });
    if (known === undefined) throw new TokenRefusedError('ERR_TOKEN_INVALID');
    // Again, and only now: a revocation that arrived while Google was asked wins.
    this.#assertNotRevoked(key);
    const facts = this.#judge(known, options, Date.now());
    options.onSource?.(source);
    return facts;
  }

  /** Whoever is content with less may have begun the lookup that is joined: what another instance told it may be too old. */
  async #lookUp(question: Question, signal: AbortSignal | undefined): Promise<Answer> {
    const calledAt = Date.now();
    for (;;) {
      const lookup = this.#lookups.lookUp(question);
      const answer = await (signal ? until(lookup, signal) : lookup);
      const { known, source } = answer;
      if (source === 'google' || known === undefined) return answer;
      if (known.statedAt > calledAt || isYounger(question.maxAgeMs, known.statedAt, calledAt)) return answer;
    }
  }

  #isWithinGrace({ statedAt }: KnownToken): boolean {
    return isYounger(this.#maxAgeMs + this.#graceMs, statedAt, Date.now());
  }

  /** Last comes whether the view is fresh: what is no good anyway is refused as such, never as an outage. */
  #judge(known: KnownToken, requirement: ScopeRequirement, now: number): TokenFacts {
    const judged = judge(known.facts, this.#policy, requirement, this.#lookups.clock.forExpiry(now));
    if (this.#revoked.revokes(known)) throw new TokenRefusedError('ERR_TOKEN_REVOKED');
    this.#revoked.assertFresh(now);
    return judged;
  }

  #assertNotRevoked(key: string): void {
    if (this.#revoked.revokesToken(key)) throw new TokenRefusedError('ERR_TOKEN_REVOKED');
  }

  #remember(key: string, known: KnownToken | undefined): void {
    if (known === undefined) {
      this.#known.delete(key);
      this.#bad.set(key, Date.now());
    } else if (!this.#revoked.revokesToken(key)) {
      this.#bad.delete(key);
      this.#known.set(key, known);
    }
  }

  remembers(token: string): boolean {
    if (this.#known.peek(tokenKey(token)) !== undefined) return true;
    checkTokenForm(token);
    return false;
  }

  revokeToken(token: string, note?: RevocationNote): Promise<void> {
    return this.#revoking.token(token, note);
  }

  revokeTokenSha256(tokenSha256: string, note?: RevocationNote): Promise<void> {
    return this.#revoking.tokenSha256(tokenSha256, note);
  }

  revokeSubject(subject: string, options?: SignOutOptions): Promise<void> {
    return this.#revoking.subject(subject, options);
  }

  revokeEveryone(options?: SignOutOptions): Promise<void> {
    return this.#revoking.everyone(options);
  }

  blockSubject(subject: string, note?: RevocationNote): Promise<void> {
    return this.#revoking.block(subject, note);
  }

  unblockSubject(subject: string, note?: RevocationNote): Promise<void> {
    return this.#revoking.unblock(subject, note);
  }

  revokeGrant(token: string, note?: RevocationNote): Promise<void> {
    return this.#revoking.grant(token, note);
  }

  revocations(): IterableIterator<RevocationEntry> {
    return this.#revoked.entries(Date.now());
  }

  async ready(signal?: AbortSignal): Promise<void> {
    const replayed = this.#revoked.replayed();
    await (signal ? until(replayed, signal) : replayed);
  }

  stats(): VerifierStats {
    return {
      cache: {
        entries: this.#known.size,
        badEntries: this.#bad.size,
        hits: this.#hits,
        badHits: this.#badHits,
        misses: this.#misses,
      },
      lookups: { ...this.#lookups.stats(), graceUses: this.#graceUses },
      revocations: this.#revoked.stats(Date.now()),
    };
  }

  async close(): Promise<void> {
    this.#revoked.close();
    await this.#lookups.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
