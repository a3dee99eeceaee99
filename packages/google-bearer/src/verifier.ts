import { FactsCache } from './cache.ts';
import { judge, type Policy, policyOf, type TokenFacts } from './claims.ts';
import { RetryLaterError, TokenRefusedError } from './errors.ts';
import { revokeGrantAtGoogle } from './google-grant.ts';
import { Lookups } from './lookups.ts';
import { readOptions, type Settings, type TokenVerifierOptions } from './options.ts';
import { readRevocationEntry } from './revocations/entry.ts';
import { memoryRevocationLog } from './revocations/memory-log.ts';
import { RevocationIndex } from './revocations/revocation-index.ts';
import { subjectTag } from './subject-key.ts';
import { checkTokenForm, keyFromSha256, sha256FromKey, tokenKey } from './token-key.ts';
import type {
  Principal,
  RevocationEntry,
  RevocationLog,
  ScopeRequirement,
  ServicePrincipal,
  TokenVerifier,
  VerifierStats,
  VerifyOptions,
} from './types.ts';
import { until } from './until.ts';

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

const NO_REQUIREMENT: ScopeRequirement = Object.freeze({});

class Verifier implements TokenVerifier<Principal | ServicePrincipal> {
  readonly #settings: Settings;
  readonly #policy: Policy;
  readonly #cache: FactsCache;
  readonly #lookups: Lookups;
  readonly #log: RevocationLog;
  readonly #revoked: RevocationIndex;
  #hits = 0;
  #badHits = 0;
  #misses = 0;
  #graceUses = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#policy = policyOf(settings);
    this.#cache = new FactsCache(settings);
    this.#lookups = new Lookups(settings);
    this.#log = settings.revocationLog ?? memoryRevocationLog();
    this.#revoked = new RevocationIndex(this.#log, settings, (key) => this.#cache.forget(key));
  }

  peek(token: string, requirement: ScopeRequirement = NO_REQUIREMENT): TokenFacts | undefined {
    return this.#fromMemory(tokenKey(token), requirement);
  }

  /** Not an async function: what memory knows needs no more of a promise than the one that is returned. */
  verify(token: string, options: VerifyOptions = NO_REQUIREMENT): Promise<TokenFacts> {
    try {
      const key = tokenKey(token);
      const known = this.#fromMemory(key, options);
      return known === undefined ? this.#ask(key, token, options) : Promise.resolve(known);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #ask(key: string, token: string, options: VerifyOptions): Promise<TokenFacts> {
    checkTokenForm(token);
    // No lookup is worth its answer while the view of revocations is stale.
    this.#revoked.assertFresh(Date.now());
    this.#misses++;

    const lookup = this.#lookUp(key, token);
    const facts = await (options.signal ? until(lookup, options.signal) : lookup).catch((error: unknown) => {
      const old = error instanceof RetryLaterError ? this.#cache.withinGrace(key, Date.now()) : undefined;
      if (old === undefined) throw error;
      this.#graceUses++;
      return old;
    });
    if (facts === undefined) throw new TokenRefusedError('ERR_TOKEN_INVALID');
    // Again, and only now: a revocation that arrived while Google was asked wins.
    this.#assertNotRevoked(key);
    return this.#judge(facts, facts.expiresAt, subjectTag(facts), options, Date.now());
  }

  #fromMemory(key: string, requirement: ScopeRequirement): TokenFacts | undefined {
    // First, since the processor reads its clock only after all that it has asked memory for is there.
    const now = Date.now();
    const place = this.#cache.find(key);
    // What is found here is not revoked: a token that is has been forgotten, and is not kept again.
    const facts = place === -1 ? undefined : this.#cache.fresh(place, now);
    if (facts !== undefined) {
      this.#hits++;
      return this.#judge(facts, this.#cache.expiresAt(place), this.#cache.subjectTag(place), requirement, now);
    }
    this.#assertNotRevoked(key);
    if (this.#cache.isBad(key, now)) {
      this.#badHits++;
      throw new TokenRefusedError('ERR_TOKEN_INVALID');
    }
    return undefined;
  }

  /** Last comes whether the view is fresh: what is no good anyway is refused as such, never as an outage. */
  #judge(facts: TokenFacts, expiresAt: number, tag: number, requirement: ScopeRequirement, now: number): TokenFacts {
    const judged = judge(facts, expiresAt, this.#policy, requirement, now);
    if (this.#revoked.revokes(facts, expiresAt, tag)) throw new TokenRefusedError('ERR_TOKEN_REVOKED');
    this.#revoked.assertFresh(now);
    return judged;
  }

  #assertNotRevoked(key: string): void {
    if (this.#revoked.revokesToken(key)) throw new TokenRefusedError('ERR_TOKEN_REVOKED');
  }

  remembers(token: string): boolean {
    return this.#cache.known(tokenKey(token)) !== undefined;
  }

  async revokeToken(token: string): Promise<void> {
    const key = tokenKey(token);
    checkTokenForm(token);
    await this.#revokeKey(key, sha256FromKey(key));
  }

  async revokeTokenSha256(tokenSha256: string): Promise<void> {
    const hex = String(tokenSha256).toLowerCase();
    await this.#revokeKey(keyFromSha256(hex), hex);
  }

  async #revokeKey(key: string, tokenSha256: string): Promise<void> {
    const expiresAt = this.#cache.known(key)?.expiresAt ?? this.#googleNow() + this.#settings.tokenLifetimeMs;
    await this.#append({ type: 'token', tokenSha256, expiresAt });
  }

  async revokeSubject(subject: string, { issuedBefore = this.#googleNow() } = {}): Promise<void> {
    const expiresAt = issuedBefore + this.#settings.tokenLifetimeMs;
    await this.#append({ type: 'subject', subject, issuedBefore, expiresAt });
  }

  async revokeEveryone({ issuedBefore = this.#googleNow() } = {}): Promise<void> {
    await this.#append({ type: 'everyone', issuedBefore, expiresAt: issuedBefore + this.#settings.tokenLifetimeMs });
  }

  /** Issue times are by Google's clock; were ours behind it, tokens issued a moment ago would seem to come later. */
  #googleNow(): number {
    return Date.now() + this.#lookups.googleAheadMs;
  }

  async blockSubject(subject: string): Promise<void> {
    await this.#append({ type: 'block', subject });
  }

  async unblockSubject(subject: string): Promise<void> {
    await this.#append({ type: 'unblock', subject });
  }

  async revokeGrant(token: string): Promise<void> {
    const known = this.#cache.known(tokenKey(token));
    // Here first: it is sure and takes effect at once, while Google may take a while or be down.
    await this.revokeToken(token);
    const facts = known ?? (await this.#lookUp(tokenKey(token), token).catch(() => undefined));
    // Another application's grant is no reason to sign its user out of ours.
    if (facts?.subject !== undefined && this.#policy.audience.has(facts.audience)) {
      await this.revokeSubject(facts.subject);
    }
    await revokeGrantAtGoogle(token, this.#settings.oauth2RevokeUrl, this.#settings.timeoutMs);
  }

  #lookUp(key: string, token: string): Promise<TokenFacts | undefined> {
    return this.#lookups.lookUp(key, token, ({ facts, statedAt }) => {
      if (facts === undefined) this.#cache.keepBad(key, statedAt);
      else if (!this.#revoked.revokesToken(key)) this.#cache.keep(key, facts, statedAt);
    });
  }

  async #append(entry: RevocationEntry): Promise<void> {
    const checked = readRevocationEntry(entry);
    try {
      await this.#log.append(checked);
    } catch (cause) {
      throw new RetryLaterError('ERR_REVOCATION_NOT_STORED', { cause });
    }
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
        entries: this.#cache.entries,
        badEntries: this.#cache.badEntries,
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
