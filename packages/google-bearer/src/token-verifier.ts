import type { RetryLaterError, TokenRefusedError } from './errors/errors.ts';
import type { ScopeRequirement } from './judging/judge.ts';
import type { Principal, ServicePrincipal } from './principal.ts';
import type { RevocationEntry, RevocationNote } from './revocations/log.ts';
import type { SignOutOptions } from './revocations/revoking.ts';
import type { VerifierStats } from './stats.ts';

/** What a request needs of a token. */
export interface TokenRequirement extends ScopeRequirement {
  /**
   * Asks Google again when its answer about the token is older than this, in ms; 0: always. Use it where an answer of five
   * minutes ago is too old. The age counts from the call. So the call may join a lookup that already runs, and an answer of
   * another instance counts by its own age. `graceMs` does not apply. Default: the verifier's `maxAgeMs`.
   */
  readonly maxAgeMs?: number;
}

/** Where the answer about a token came from: this process's memory, another instance, or Google. */
export type PrincipalSource = 'memory' | 'shared' | 'google';

/** What `verify` takes besides the token. */
export interface VerifyOptions extends TokenRequirement {
  /** Ends the wait of this caller only: others that wait for the same lookup still get its answer. */
  readonly signal?: AbortSignal;
  /** Called with where the answer about a good token came from, before the promise resolves. */
  readonly onSource?: (source: PrincipalSource) => void;
}

/** Answers one question on every request: is this access token good, for us, for this route, right now? */
export interface TokenVerifier<P extends Principal | ServicePrincipal = Principal> extends AsyncDisposable {
  /**
   * Checks a token, and asks Google when memory does not know it.
   *
   * @throws {TokenRefusedError} when the token is no good for this request
   * @throws {RetryLaterError} when this cannot be decided now
   * @throws {TypeError} when the options have another name or form than {@link VerifyOptions}
   */
  verify(token: string, options?: VerifyOptions): Promise<P>;
  /**
   * Checks a token from memory alone, without a promise.
   *
   * @returns undefined when memory does not know the token, or its answer is too old for `maxAgeMs`: then call {@link verify}
   * @throws as {@link verify} does, when memory already knows that the token is refused
   */
  peek(token: string, requirement?: TokenRequirement): P | undefined;
  /**
   * Whether memory holds Google's answer about a token, even one that is too old to be used. False for tokens that were never
   * good, and for revoked tokens.
   *
   * @throws {TokenRefusedError} `ERR_TOKEN_MALFORMED` for a text that is not a token
   */
  remembers(token: string): boolean;
  /**
   * Refuses one token from now on, and leaves the user's other tokens alone. Google has no such call.
   *
   * The entry is kept until the token expires. If memory does not know the token, the entry is kept for 12 h (the longest
   * life of a service account's token), or for `tokenLifetimeMs` if that is longer.
   *
   * @param note what the list of revocations says about it; see {@link RevocationNote}
   * @throws {RetryLaterError} `ERR_REVOCATION_NOT_STORED`: it is not certain to be stored; calling again is harmless
   * @throws {TypeError} when the note contains a token, an address or a subject, or has another form
   */
  revokeToken(token: string, note?: RevocationNote): Promise<void>;
  /** As {@link revokeToken}, by the SHA-256 of the token's text in hex, for callers who do not have the token itself. */
  revokeTokenSha256(tokenSha256: string, note?: RevocationNote): Promise<void>;
  /**
   * Refuses every token of a user that was issued before a moment (default: now). See `tokenLifetimeMs` for how the
   * verifier finds the issue time.
   *
   * @throws {TypeError} for an e-mail address: tokens are found by Google's `sub` alone, so it would revoke nothing
   */
  revokeSubject(subject: string, options?: SignOutOptions): Promise<void>;
  /** As {@link revokeSubject}, for everybody. */
  revokeEveryone(options?: SignOutOptions): Promise<void>;
  /**
   * Refuses every token of a user, present and future, until {@link unblockSubject}.
   *
   * @throws {TypeError} as {@link revokeSubject} does
   */
  blockSubject(subject: string, note?: RevocationNote): Promise<void>;
  /**
   * Ends what {@link blockSubject} began. Other revocations of the user's tokens stay in force.
   *
   * @throws {RetryLaterError} `ERR_REVOCATION_NOT_STORED`
   * @throws {TypeError} as {@link revokeSubject} does
   */
  unblockSubject(subject: string, note?: RevocationNote): Promise<void>;
  /**
   * Ends the user's whole grant. At Google it ends every access and refresh token of all clients of the project. Here it
   * revokes this token, and every token of its user issued until now, if memory or Google can still tell whose token it is. If
   * you know the user, call {@link revokeSubject} too. It succeeds as well if Google has already ended the grant.
   *
   * @throws {RetryLaterError} when Google cannot be reached; the revocation here is in force even then. Call it again with the same token, in
   *   your code: a client that repeats its request with that token gets 401, and the grant lives on
   */
  revokeGrant(token: string, note?: RevocationNote): Promise<void>;
  /**
   * Tells when you have to end a stream, a socket or a long upload that a good token has opened. Calls back once, with the error
   * that the next request with that token would get: `ERR_TOKEN_REVOKED` (the token, its user or everybody was revoked, or the
   * user was blocked), `ERR_TOKEN_EXPIRED`, `ERR_TOKEN_INVALID` (this verifier has asked Google again, for some request, and Google
   * refuses the token), or `ERR_REVOCATIONS_STALE` (the view cannot be confirmed, or this verifier was closed; nothing is known
   * against the token). It calls no later than `maxStalenessMs` after a revocation was acknowledged anywhere.
   * With `onStale: 'accept'` a stale view ends nothing.
   *
   * It also calls back when the token has become bad between `verify` and this call, but never before this call returns.
   * An error that the callback throws is an uncaught exception of the process; the other callbacks are still called.
   *
   * @param principal the very object that `verify` or `peek` of this verifier returned, however long ago
   * @returns a function that ends the watch: call it when the connection closes
   * @throws {TypeError} when the principal is of another verifier, or a copy
   * @example
   * const principal = await verifier.verify(token);
   * const stop = verifier.onRevoked(principal, (error) => {
   *   // A client that does not answer the close could go on sending.
   *   socket.removeAllListeners('message').close(error.statusCode === 401 ? 4401 : 1013, error.code);
   *   setTimeout(() => socket.terminate(), 1_000);
   * });
   * socket.on('close', stop);
   */
  onRevoked(principal: P, callback: (error: TokenRefusedError | RetryLaterError) => void): () => void;
  /** What is revoked now, as this instance sees it. */
  revocations(): IterableIterator<RevocationEntry>;
  /**
   * Resolves once the revocation log has been replayed. Until then `verify` rejects with 503.
   *
   * @throws the signal's reason, when the signal ends the wait
   */
  ready(signal?: AbortSignal): Promise<void>;
  /** Counters and gauges, for metrics. */
  stats(): VerifierStats;
  /**
   * Stops following the log, calls the callbacks of {@link onRevoked} (`ERR_REVOCATIONS_STALE`), waits for running lookups, and
   * closes the connections. It does not close the log: whoever made the log closes it.
   */
  close(): Promise<void>;
}
