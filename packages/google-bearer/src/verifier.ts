import { RetryLaterError, TokenRefusedError } from './errors/errors.ts';
import { judgeOwner, judgeScopes, judgeToken, type Policy, policyOf } from './judging/judge.ts';
import { checkRequirement } from './judging/requirement.ts';
import { Knowledge } from './knowledge.ts';
import { until } from './lookup/deadline.ts';
import { KnownToken } from './memory/known-token.ts';
import { readOptions, type Settings, type TokenVerifierOptions } from './options.ts';
import type { Principal, ServicePrincipal, TokenFacts } from './principal.ts';
import type { RevocationEntry, RevocationNote } from './revocations/log.ts';
import { processRevocationLog } from './revocations/process-log.ts';
import { RevocationIndex } from './revocations/revocation-index.ts';
import { Revoking, type SignOutOptions } from './revocations/revoking.ts';
import { type AccessError, Watchers } from './revocations/watching/watchers.ts';
import type { VerifierStats } from './stats.ts';
import { checkTokenForm, tokenKey } from './token/key.ts';
import type { TokenRequirement, TokenVerifier, VerifyOptions } from './token-verifier.ts';

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

class Verifier implements TokenVerifier<Principal | ServicePrincipal> {
  readonly #policy: Policy;
  readonly #knowledge: Knowledge;
  readonly #revoked: RevocationIndex;
  readonly #revoking: Revoking;
  readonly #watchers: Watchers;
  readonly #releaseLog: () => void;

  constructor(settings: Settings) {
    this.#policy = policyOf(settings);
    this.#knowledge = new Knowledge(settings, {
      isRevoked: (key) => this.#revoked.revokesToken(key),
      isOurs: (audience) => this.#policy.audience.has(audience),
      onRefused: (key) => this.#watchers.onRefused(key),
    });
    const { log, release } = settings.revocationLog
      ? { log: settings.revocationLog, release: () => undefined }
      : processRevocationLog(settings.tokenInfoUrl);
    this.#releaseLog = release;
    this.#watchers = new Watchers({
      refusalOf: (known) => refusalOf(() => this.#assertGood(known)),
      refusalOfSubject: (subjectKey) => refusalOf(() => this.#assertNotBlocked(subjectKey)),
      staleness: () => refusalOf(() => this.#revoked.assertFresh(Date.now())),
      freshForMs: () => this.#revoked.freshForMs(Date.now()),
      timeForExpiry: () => this.#knowledge.clock.forExpiry(Date.now()),
    });
    this.#revoked = new RevocationIndex(log, settings, {
      onToken: (key) => {
        this.#knowledge.forget(key);
        this.#watchers.onToken(key);
      },
      onSubject: (subjectKey) => this.#watchers.onSubject(subjectKey),
      onBlock: (subjectKey) => this.#watchers.onBlock(subjectKey),
      onEveryone: () => this.#watchers.onEveryone(),
    });
    this.#revoking = new Revoking({
      ...settings,
      log,
      isOurs: (audience) => this.#policy.audience.has(audience),
      known: (key) => this.#knowledge.peek(key),
      lookUp: (key, token) => this.#knowledge.lookUp(key, token),
      signOutTime: () => this.#knowledge.clock.forSignOut(Date.now()),
    });
  }

  peek(token: string, requirement: TokenRequirement = NO_REQUIREMENT): TokenFacts | undefined {
    return this.#fromMemory(tokenKey(token), requirement);
  }

  /** Not an async function: for a token that memory knows, the returned promise is the only one. */
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
    if (requirement !== NO_REQUIREMENT) checkRequirement(requirement);
    const now = Date.now();
    const known = this.#knowledge.recall(key, requirement, now);
    // What memory knows is not revoked: a token that is has been forgotten, and is not kept again.
    if (known !== undefined) return this.#judge(known, requirement, now);
    this.#assertNotRevoked(key);
    this.#knowledge.assertNotBad(key, now);
    // However old: no word of Google's makes another application's token ours, or undoes a sign-out or a block, and asking would cost
    // others their places.
    const old = this.#knowledge.peek(key);
    if (old !== undefined) {
      judgeOwner(old, this.#policy);
      this.#assertNotSignedOut(old);
    }
    return undefined;
  }

  async #ask(key: string, token: string, options: VerifyOptions): Promise<TokenFacts> {
    checkTokenForm(token);
    // No lookup is worth its answer while the view of revocations is stale.
    this.#revoked.assertFresh(Date.now());
    const { known, source } = await this.#knowledge.ask(key, token, options);
    // Again, and only now: a revocation that arrived while Google was asked wins.
    this.#assertNotRevoked(key);
    const facts = this.#judge(known, options, Date.now());
    options.onSource?.(source);
    return facts;
  }

  /** The age of the view is checked last: a token that is bad anyway is refused as bad, never as an outage. */
  #judge(known: KnownToken, requirement: TokenRequirement, now: number): TokenFacts {
    judgeToken(known, this.#policy, this.#knowledge.clock.forExpiry(now));
    this.#assertNotSignedOut(known);
    judgeScopes(known, requirement);
    this.#revoked.assertFresh(now);
    return known;
  }

  #assertNotRevoked(key: string): void {
    if (this.#revoked.revokesToken(key)) throw new TokenRefusedError('ERR_TOKEN_REVOKED');
  }

  #assertNotSignedOut(known: KnownToken): void {
    if (this.#revoked.revokes(known)) throw new TokenRefusedError('ERR_TOKEN_REVOKED');
  }

  #assertNotBlocked(subjectKey: string): void {
    if (this.#revoked.blocks(subjectKey)) throw new TokenRefusedError('ERR_TOKEN_REVOKED');
  }

  /** As for a request with that token, of which nothing is counted. */
  #assertGood(known: KnownToken): void {
    const now = Date.now();
    const key = KnownToken.key(known);
    this.#assertNotRevoked(key);
    if (this.#knowledge.isBad(key, now)) throw new TokenRefusedError('ERR_TOKEN_INVALID');
    this.#judge(known, NO_REQUIREMENT, now);
  }

  onRevoked(principal: TokenFacts, callback: (error: AccessError) => void): () => void {
    if (typeof callback !== 'function') throw new TypeError('onRevoked: callback: a function');
    const known = KnownToken.of(principal, this.#knowledge);
    if (known === undefined)
      throw new TypeError('onRevoked: principal: an object that this verifier returned, no copy');
    return this.#watchers.add(known, callback);
  }

  remembers(token: string): boolean {
    if (this.#knowledge.peek(tokenKey(token)) !== undefined) return true;
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
      ...this.#knowledge.stats(),
      revocations: { ...this.#revoked.stats(Date.now()), watchers: this.#watchers.size },
    };
  }

  async close(): Promise<void> {
    this.#revoked.close();
    this.#releaseLog();
    await this.#watchers.close();
    await this.#knowledge.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function refusalOf(judge: () => void): AccessError | undefined {
  try {
    judge();
    return undefined;
  } catch (error) {
    if (error instanceof TokenRefusedError || error instanceof RetryLaterError) return error;
    throw error;
  }
}
