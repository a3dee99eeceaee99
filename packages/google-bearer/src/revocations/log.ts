import type { RevokedSubject } from '../token/subject-key.ts';

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
