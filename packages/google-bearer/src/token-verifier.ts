import type { RetryLaterError, TokenRefusedError } from './errors/errors.ts';
import type { ScopeRequirement } from './judging/judge.ts';
import type { Principal, ServicePrincipal } from './principal.ts';
import type { RevocationEntry, RevocationNote } from './revocations/log.ts';
import type { SignOutOptions } from './revocations/revoking.ts';
import type { VerifierStats } from './stats.ts';

/** What a request needs of a token. */
export interface TokenRequirement extends ScopeRequirement {
  /**
   * Asks Google again when its word about the token is older, in ms; 0: always. For what must not rest on an answer of five
   * minutes ago. The age counts from the call: a lookup under way may be joined, and what another instance learned counts by
   * its own age. `graceMs` does not apply. Default: the verifier's `maxAgeMs`.
   */
  readonly maxAgeMs?: number;
}

/** Where the word about a token came from: this process's memory, another instance, or Google. */
export type PrincipalSource = 'memory' | 'shared' | 'google';

/** What `verify` takes besides the token. */
export interface VerifyOptions extends TokenRequirement {
  /** Gives up waiting, for this caller alone: others that wait for the same lookup still get its answer. */
  readonly signal?: AbortSignal;
  /** Told where the word about a good token came from, before the promise resolves. */
  readonly onSource?: (source: PrincipalSource) => void;
}

/** Answers one question on every request: is this access token good, for us, for this route, right now? */
export interface TokenVerifier<P extends Principal | ServicePrincipal = Principal> extends AsyncDisposable {
  /**
   * Judges a token, asking Google when memory does not know it.
   *
   * @throws {TokenRefusedError} when the token is no good for this request
   * @throws {RetryLaterError} when that cannot be told now
   * @throws {TypeError} when `maxAgeMs` is no number of ms
   */
  verify(token: string, options?: VerifyOptions): Promise<P>;
  /**
   * Judges a token from memory alone, without a promise.
   *
   * @returns undefined when memory does not know the token, or not well enough for `maxAgeMs`: call {@link verify} then
   * @throws as {@link verify} does, when memory already knows the answer is no
   */
  peek(token: string, requirement?: TokenRequirement): P | undefined;
  /**
   * Whether memory holds what Google said about a token, be it too old to be used without asking again. Tokens that were never
   * good, and revoked ones, are not among them.
   *
   * @throws {TokenRefusedError} `ERR_TOKEN_MALFORMED` for what is no token
   */
  remembers(token: string): boolean;
  /**
   * Refuses one token from now on, and leaves the user's other tokens alone. Google has no such call.
   *
   * The entry is kept until the token ends. Of a token that memory does not know, that is taken to be 12 h away (the longest
   * life of a service account's), or `tokenLifetimeMs` where that is longer.
   *
   * @param note what the list of revocations says about it; see {@link RevocationNote}
   * @throws {RetryLaterError} `ERR_REVOCATION_NOT_STORED`: not certain to be kept; to ask again is harmless
   * @throws {TypeError} when the note has a token, an address or a subject in it, or has another form
   */
  revokeToken(token: string, note?: RevocationNote): Promise<void>;
  /** As {@link revokeToken}, by the SHA-256 of the token's text in hex, for those who do not hold the token itself. */
  revokeTokenSha256(tokenSha256: string, note?: RevocationNote): Promise<void>;
  /**
   * Refuses every token of a user that was issued before a moment (default: now). See `tokenLifetimeMs` for how the time
   * of issue is known.
   */
  revokeSubject(subject: string, options?: SignOutOptions): Promise<void>;
  /** As {@link revokeSubject}, for everybody. */
  revokeEveryone(options?: SignOutOptions): Promise<void>;
  /** Refuses every token of a user, present and future, until {@link unblockSubject}. */
  blockSubject(subject: string, note?: RevocationNote): Promise<void>;
  /**
   * Ends what {@link blockSubject} began. What other revocations say about the user's tokens stays in force.
   *
   * @throws {RetryLaterError} `ERR_REVOCATION_NOT_STORED`
   */
  unblockSubject(subject: string, note?: RevocationNote): Promise<void>;
  /**
   * Ends the user's whole grant: at Google (every access and refresh token of all clients of the project) and here (this
   * token, and every token of its user issued until now, as far as memory or Google can still tell whose it is; where you
   * know the user, call {@link revokeSubject} too). A grant that Google has ended already counts as success.
   *
   * @throws {RetryLaterError} when Google cannot be reached; the local part is in force even then
   */
  revokeGrant(token: string, note?: RevocationNote): Promise<void>;
  /**
   * Tells when what a good token has opened has to end: a stream, a socket, a long upload. Calls back once, with the error that
   * the next request with that token would get: `ERR_TOKEN_REVOKED` (the token, its user or everybody was revoked, or the user
   * blocked), `ERR_TOKEN_EXPIRED`, or `ERR_REVOCATIONS_STALE` (the view cannot be confirmed, or this verifier was closed; nothing
   * is known against the token). Never later than `maxStalenessMs` after a revocation was acknowledged anywhere. `onStale:
   * 'accept'` leaves the stale view out.
   *
   * It calls back as well when the token has become bad between `verify` and this call; but never before this call returns.
   * What the callback throws is an uncaught exception of the process, and keeps no other callback from being called.
   *
   * @param principal the very object that `verify` or `peek` of this verifier returned, however long ago
   * @returns a function that ends the watch: call it when the connection closes
   * @throws {TypeError} when the principal is of another verifier, or a copy
   * @example
   * const principal = await verifier.verify(token);
   * const stop = verifier.onRevoked(principal, (error) => socket.close(error.statusCode === 401 ? 4401 : 1013, error.code));
   * socket.on('close', stop);
   */
  onRevoked(principal: P, callback: (error: TokenRefusedError | RetryLaterError) => void): () => void;
  /** What is revoked now, as this instance sees it. */
  revocations(): IterableIterator<RevocationEntry>;
  /**
   * Resolves once the revocation log has been replayed; until then `verify` answers 503.
   *
   * @throws the signal's reason, when that ends the wait
   */
  ready(signal?: AbortSignal): Promise<void>;
  /** Counters and gauges, for metrics. */
  stats(): VerifierStats;
  /**
   * Stops following the log, ends what {@link onRevoked} watches (`ERR_REVOCATIONS_STALE`), waits for lookups under way, and closes
   * the connections. The log itself is its maker's.
   */
  close(): Promise<void>;
}
