/** Redis did not answer in time. It may have run the command, or may still run it. */
export class RedisTimeoutError extends Error {
  override readonly name = 'RedisTimeoutError';
  /** The same for every error of this class; texts may change. */
  readonly code = 'ERR_REDIS_TIMEOUT';

  constructor() {
    super('Redis did not answer in time');
  }
}

/** Redis answers, but is set up so that it could lose revocations. The message says what to change. */
export class RedisUnfitError extends Error {
  override readonly name = 'RedisUnfitError';
  /** The same for every error of this class; texts may change. */
  readonly code = 'ERR_REDIS_UNFIT';
}

/** Redis has lost its data, or is another Redis. The instances write back what they know before they confirm a view. */
export class RedisDataLostError extends Error {
  override readonly name = 'RedisDataLostError';
  /** The same for every error of this class; texts may change. */
  readonly code = 'ERR_REDIS_DATA_LOST';

  constructor() {
    super('Redis has lost the revocation log; what this instance knows is written back');
  }
}

/** The log holds something that is not an entry, or a kind of entry that this version does not know. It is never skipped. */
export class UnreadableEntryError extends Error {
  override readonly name = 'UnreadableEntryError';
  /** The same for every error of this class; texts may change. */
  readonly code = 'ERR_UNREADABLE_ENTRY';
}
