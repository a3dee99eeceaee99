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
