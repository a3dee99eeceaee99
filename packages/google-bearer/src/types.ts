/** Whom a good access token speaks for, and what it may do. Frozen: one object serves every request with that token. */
export interface Principal {
  /** Google's stable id of the user (`sub`). The key for user records; e-mail addresses change hands, this does not. */
  readonly subject: string;
  /** The user's address, when the token carries the `email` scope. Trust it only if {@link emailVerified}. */
  readonly email: string | undefined;
  /** Whether Google vouches for {@link email}. A real boolean, unlike Google's string. */
  readonly emailVerified: boolean;
  /** The client id that the token is meant for (`aud`). */
  readonly audience: string;
  /** The client id that the token was issued to (`azp`). */
  readonly authorizedParty: string;
  /** What was granted, in Google's words; `has` also knows the short names `email` and `profile`. */
  readonly scopes: ReadonlySet<string>;
  /** When the token ends, in ms since the epoch. */
  readonly expiresAt: number;
  /** Whether the client may refresh without the user (`offline`) or not (`online`), as tokeninfo says. */
  readonly accessType: 'online' | 'offline' | undefined;
}

/**
 * A service account, or a user impersonated by one (domain-wide delegation): Google gives these no `sub`, and the address
 * may be that of the impersonated user, so it proves nothing about who calls.
 */
export interface ServicePrincipal extends Omit<Principal, 'subject'> {
  readonly subject: undefined;
}

/** What a request needs besides a good token. */
export interface ScopeRequirement {
  /** All of these must have been granted. Short names (`email`, `profile`) and Google's long ones are equal. */
  readonly scopes?: readonly string[];
  /** At least one of these must have been granted. */
  readonly anyScope?: readonly string[];
}

/** What `verify` takes besides the token. */
export interface VerifyOptions extends ScopeRequirement {
  /** Gives up waiting, for this caller alone: others that wait for the same lookup still get its answer. */
  readonly signal?: AbortSignal;
}

/**
 * Whom an entry is about: Google's `sub`, or, from a log that keeps no names, its SHA-256 in lower-case hex. Exactly one of
 * both; the two spellings of a subject mean the same.
 */
export type RevokedSubject =
  | { readonly subject: string; readonly subjectSha256?: never }
  | { readonly subject?: never; readonly subjectSha256: string };

/** One line of a revocation log. Times are in ms since the epoch. */
export type RevocationEntry =
  /** One token, by the SHA-256 of its text in lower-case hex. */
  | { readonly type: 'token'; readonly tokenSha256: string; readonly expiresAt: number }
  /** Every token of a user that was issued before a moment. */
  | ({ readonly type: 'subject'; readonly issuedBefore: number; readonly expiresAt: number } & RevokedSubject)
  /** Every token of anybody that was issued before a moment. */
  | { readonly type: 'everyone'; readonly issuedBefore: number; readonly expiresAt: number }
  /** Every token of a user, whenever issued, until unblocked. */
  | ({ readonly type: 'block' } & RevokedSubject)
  /** The end of a block. */
  | ({ readonly type: 'unblock' } & RevokedSubject);

/** Where revocations are kept. Share one log between instances to share revocations. */
export interface RevocationLog {
  /**
   * Adds an entry. Resolves once the entry is as durable as this log makes things *and* has been delivered to the
   * followers of this object; rejects when it is not certain to be kept, and with a `TypeError` what is no entry (see
   * {@link readRevocationEntry}).
   */
  append(entry: RevocationEntry): Promise<void>;
  /**
   * Delivers every entry that can still match a token, in the order of the log, then each new one, whoever appended it.
   * Entries past their `expiresAt`, and blocks and unblocks that a later one of the subject overrules, may be left out.
   * Delivering one twice is harmless as long as the order holds of what is delivered last.
   *
   * @returns a function that ends the delivery
   */
  follow(follower: RevocationFollower): () => void;
}

/** The receiving end of {@link RevocationLog.follow}. Its methods never throw. */
export interface RevocationFollower {
  /** Takes an entry; see {@link RevocationLog.follow} for which, and in what order. */
  entry(entry: RevocationEntry): void;
  /**
   * Says that every entry acknowledged anywhere before `asOf` has been delivered. `asOf` is a `Date.now()` taken *before*
   * the store was asked, or `Infinity` from a log that lives in this process alone.
   */
  confirm(asOf: number): void;
  /** Says why the log cannot be read now. The view then grows stale until it can be confirmed again. */
  error(error: unknown): void;
  /**
   * What the follower holds in force, for a log whose store can lose its data while its followers live: it writes back
   * what is missing before it confirms again. Unblocks are not among it. A follower that keeps nothing leaves it out.
   */
  inForce?(): Iterable<RevocationEntry>;
}

/**
 * Google's answers, shared between instances: asked on a miss in this process's memory, and never otherwise. It holds texts
 * of google-bearer's own for a time, and lets one instance at a time ask Google about a token.
 *
 * Whatever it does can cost a lookup at worst: its answers are checked, its failures and slowness are passed over.
 */
export interface SharedTokenCache {
  /**
   * The place of a token's answer.
   *
   * @param token secret: derive names and keys from it, and do not keep it
   * @param endpoint the URL of the tokeninfo that is asked; answers of one are never taken for another's
   */
  slot(token: string, endpoint: string): SharedTokenSlot;
}

/** Where one token's answer is kept. */
export interface SharedTokenSlot {
  /**
   * What is kept here; or the turn to ask Google, which then nobody else is given until it is settled or `turnMs` have
   * passed; or neither, while another has the turn. One step: no other instance comes in between.
   */
  take(turnMs: number): Promise<SharedTokenEntry | SharedTokenTurn | undefined>;
}

/** A text that some instance kept. */
export interface SharedTokenEntry {
  readonly text: string;
  /** How much longer it is kept, in ms, by the clock of the store alone. */
  readonly remainingMs: number;
}

/** The right to ask Google about a token. Settle it once, by either method. */
export interface SharedTokenTurn {
  /**
   * Keeps a text until `lifeMs` after the turn was *taken*, by the clock of the store alone, however late this arrives;
   * and not at all once the turn is no longer ours, since a newer answer may be there.
   */
  keep(text: string, lifeMs: number): Promise<void>;
  /** Gives the turn back without an answer. */
  release(): Promise<void>;
}

/** Counters and gauges; counters start at zero when the verifier is made. */
export interface VerifierStats {
  readonly cache: {
    /** Tokens whose facts are in memory, now. */
    readonly entries: number;
    /** Tokens known to be bad in memory, now. */
    readonly badEntries: number;
    /** Calls answered from memory: a yes, or a no of ours about known facts. */
    readonly hits: number;
    /** Calls answered from the memory of bad tokens. */
    readonly badHits: number;
    /** Calls that memory could not answer. */
    readonly misses: number;
  };
  readonly lookups: {
    /** Tokens asked about at Google. */
    readonly started: number;
    /** Calls that waited for a lookup already under way in this process. */
    readonly joined: number;
    /** Second attempts. */
    readonly retried: number;
    /** Lookups to which Google said no. */
    readonly refused: number;
    /** Lookups that failed: outage, time-out, nonsense. */
    readonly failed: number;
    /** Under way, now. */
    readonly active: number;
    /** Whether lookups are let through, now (`half-open`: one on trial). */
    readonly circuit: 'closed' | 'open' | 'half-open';
    /** Tokens whose answer another instance had asked for: found in the shared cache instead of asked about at Google. */
    readonly sharedHits: number;
    /**
     * Times that the shared cache was passed over, and Google asked without it: it failed, was too slow, held nonsense, is
     * left alone for a while after that, or had its turn given to an instance that did not come back with an answer.
     */
    readonly sharedFailures: number;
    /** Calls answered from facts past their cache life because Google was down (`graceMs`). */
    readonly graceUses: number;
  };
  readonly revocations: {
    /** Single tokens revoked, now. */
    readonly tokens: number;
    /** Subjects with an issued-before rule, now. */
    readonly subjects: number;
    /** Subjects blocked, now. */
    readonly blocked: number;
    /** Whether the log has been replayed. */
    readonly ready: boolean;
    /** How old the confirmed view is, in ms; 0 for a log in this process, `Infinity` before the replay. */
    readonly ageMs: number;
  };
}

/** Answers one question on every request: is this access token good, for us, for this route, right now? */
export interface TokenVerifier<P extends Principal | ServicePrincipal = Principal> extends AsyncDisposable {
  /**
   * Judges a token, asking Google when memory does not know it.
   *
   * @throws {TokenRefusedError} when the token is no good for this request
   * @throws {RetryLaterError} when that cannot be told now
   */
  verify(token: string, options?: VerifyOptions): Promise<P>;
  /**
   * Judges a token from memory alone, without a promise.
   *
   * @returns undefined when memory does not know the token: call {@link verify} then
   * @throws as {@link verify} does, when memory already knows the answer is no
   */
  peek(token: string, requirement?: ScopeRequirement): P | undefined;
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
   * The entry is kept until the token ends; of a token that is not in memory that is taken to be `tokenLifetimeMs` away.
   *
   * @throws {RetryLaterError} `ERR_REVOCATION_NOT_STORED`: not certain to be kept; to ask again is harmless
   */
  revokeToken(token: string): Promise<void>;
  /** As {@link revokeToken}, by the SHA-256 of the token's text in hex, for those who do not hold the token itself. */
  revokeTokenSha256(tokenSha256: string): Promise<void>;
  /**
   * Refuses every token of a user that was issued before a moment (default: now). See `tokenLifetimeMs` for how the time
   * of issue is known.
   */
  revokeSubject(subject: string, options?: { readonly issuedBefore?: number }): Promise<void>;
  /** As {@link revokeSubject}, for everybody. */
  revokeEveryone(options?: { readonly issuedBefore?: number }): Promise<void>;
  /** Refuses every token of a user, present and future, until {@link unblockSubject}. */
  blockSubject(subject: string): Promise<void>;
  /**
   * Ends what {@link blockSubject} began. What other revocations say about the user's tokens stays in force.
   *
   * @throws {RetryLaterError} `ERR_REVOCATION_NOT_STORED`
   */
  unblockSubject(subject: string): Promise<void>;
  /**
   * Ends the user's whole grant: at Google (every access and refresh token of all clients of the project) and here (this
   * token, and every token of its user issued until now, as far as memory or Google can still tell whose it is; where you
   * know the user, call {@link revokeSubject} too). A grant that Google has ended already counts as success.
   *
   * @throws {RetryLaterError} when Google cannot be reached; the local part is in force even then
   */
  revokeGrant(token: string): Promise<void>;
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
  /** Stops following the log, waits for lookups under way, and closes the connections. The log itself is its maker's. */
  close(): Promise<void>;
}
