/** The keys of a log. They share a hash tag, so that a cluster keeps them in one place and a script may use them all. */
export interface LogKeys {
  /** Stream: the log. Each element is an entry, as JSON: field `e` is what it revokes, `n` what is said about it. */
  readonly stream: string;
  /** Hash: what is said about each block, by the hash of its subject. The home of blocks, which outlive their place in the stream. */
  readonly blocked: string;
  /** Sorted set: the hashes of the subjects that were unblocked, by when. */
  readonly unblocked: string;
  /** Hash: what the log says about itself, see {@link LogState}. */
  readonly state: string;
  /** Exists only while a script runs that tries out what this user may do. */
  readonly probe: string;
}

/**
 * What the log says about itself. It is one key without an expiry: Redis evicts it under no policy that is accepted, and to
 * lose a part of it is to lose all of it, which shows.
 */
export interface LogState {
  /** A random name that this log was given when it began. Another one, or none, means that the data is gone. */
  readonly epoch: string | undefined;
  /** The run of Redis that the log was last entered in. */
  readonly run: string | undefined;
  /** Until when nobody confirms a view, in ms by the clock of Redis: instances may still be writing back what it has lost. */
  readonly settlesAt: number;
  /** The id of the last element that was trimmed away. */
  readonly trimmed: string;
}

export function logKeys(prefix: string): LogKeys {
  // No prefix has a brace in it: whatever comes before the second one belongs to one prefix alone.
  const key = (name: string) => `{${prefix}}:${name}`;
  return {
    stream: key('entries'),
    blocked: key('blocked'),
    unblocked: key('unblocked'),
    state: key('state'),
    probe: key('probe'),
  };
}
