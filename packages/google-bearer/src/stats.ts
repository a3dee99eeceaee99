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
    /** Callbacks of `onRevoked` that wait, now. */
    readonly watchers: number;
    /** Whether the log has been replayed. */
    readonly ready: boolean;
    /** How old the confirmed view is, in ms; 0 for a log in this process, `Infinity` before the replay. */
    readonly ageMs: number;
  };
}
