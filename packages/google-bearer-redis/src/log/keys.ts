/** The keys of a log. They share a hash tag, so that a cluster keeps them in one place and a script may use them all. */
export interface LogKeys {
  /** Stream: the log. Each element has one field, `e`: an entry as JSON. */
  readonly stream: string;
  /** Set: the hashes of the subjects that are blocked. The home of blocks, which outlive their place in the stream. */
  readonly blocks: string;
  /** Sorted set: the hashes of the subjects that were unblocked, by when. */
  readonly unblocked: string;
  /** A random name that this log was given when it began. Another one, or none, means that the data is gone. */
  readonly epoch: string;
  /** The run of the Redis process that the log was last entered in. */
  readonly run: string;
  /** Exists while instances may still be writing back what Redis has lost. */
  readonly settling: string;
  /** The id of the last element that was trimmed away. */
  readonly trimmed: string;
}

export function logKeys(prefix: string): LogKeys {
  const key = (name: string) => `{${prefix}}:${name}`;
  return {
    stream: key('revocations'),
    blocks: key('blocks'),
    unblocked: key('unblocked'),
    epoch: key('epoch'),
    run: key('run'),
    settling: key('settling'),
    trimmed: key('trimmed'),
  };
}
