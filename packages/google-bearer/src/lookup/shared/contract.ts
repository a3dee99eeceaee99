/**
 * Google's answers, shared between instances. The verifier asks it only when this process's memory does not know a token. It
 * keeps texts that google-bearer wrote, for a time, and lets one instance at a time ask Google about a token.
 *
 * A bad cache costs a lookup at worst: the verifier checks its answers, and asks Google when it fails or is slow.
 */
export interface SharedTokenCache {
  /**
   * The place of a token's answer.
   *
   * @param token secret: derive names and keys from it, and do not keep it
   * @param endpoint the URL of the tokeninfo endpoint; an answer of one endpoint must never be used for another
   */
  slot(token: string, endpoint: string): SharedTokenSlot;
}

/** Where one token's answer is kept. */
export interface SharedTokenSlot {
  /**
   * Gives the text that is kept here. If there is none, gives the turn to ask Google; nobody else gets the turn until it is
   * settled or `turnMs` have passed. Gives undefined while another instance has the turn. The store does this in one step.
   */
  take(turnMs: number): Promise<SharedTokenEntry | SharedTokenTurn | undefined>;
}

/** A text that some instance kept. */
export interface SharedTokenEntry {
  readonly text: string;
  /** How much longer it is kept, in ms, by the clock of the store alone. */
  readonly remainingMs: number;
}

/** The right to ask Google about a token. Settle it once, by one of the two methods. */
export interface SharedTokenTurn {
  /**
   * Keeps a text until `lifeMs` after the turn was *taken*, by the clock of the store alone, however late this arrives.
   * Keeps nothing if the turn is no longer ours, because a newer answer may be there.
   */
  keep(text: string, lifeMs: number): Promise<void>;
  /** Gives the turn back without an answer. */
  release(): Promise<void>;
}
