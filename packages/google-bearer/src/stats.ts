/** Counters and gauges; counters start at zero when the verifier is made. */
export interface VerifierStats {
  readonly cache: {
    /** Tokens whose facts are in memory, now. */
    readonly entries: number;
    /** Tokens known to be bad in memory, now. */
    readonly badEntries: number;
    /** Calls answered from memory: accepted, or refused by known facts. */
    readonly hits: number;
    /** Calls answered from the memory of bad tokens. */
    readonly badHits: number;
    /** Calls that memory could not answer. */
    readonly misses: number;
  };
  readonly lookups: {
    /** Lookups of tokens at Google. */
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
    /** Tokens whose answer was found in the shared cache, because another instance had asked Google. */
    readonly sharedHits: number;
    /**
     * How often Google was asked without the shared cache, because the cache failed, was too slow, held nonsense, was left
     * alone for a while after failures, or had given the turn to an instance that brought no answer.
     */
    readonly sharedFailures: number;
    /** Calls answered from facts that were too old, because Google was down (`graceMs`). */
    readonly graceUses: number;
  };
  readonly revocations: {
    /** Single tokens revoked, now. */
    readonly tokens: number;
    /** Subjects with an issued-before rule, now. */
    readonly subjects: number;
    /** Subjects blocked, now. */
    readonly blocked: number;
    /** Callbacks of `onRevoked` that wait, now. */
    readonly watchers: number;
    /** Whether the log has been replayed. */
    readonly ready: boolean;
    /** How old the confirmed view is, in ms; 0 for a log in this process, `Infinity` before the replay. */
    readonly ageMs: number;
  };
}
