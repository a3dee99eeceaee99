import type { RevokedSubject } from '../token/subject-key.ts';

/** What may be said about a revocation, for those who read the list. Nothing is judged by it. */
export interface RevocationNote {
  /** Why: up to 200 characters on one line, without a token, an e-mail address or a subject. */
  readonly reason?: string;
  /** Who, as a role or a system and never a person: `self`, `admin`, `google` or `job:` and a name, such as `job:nightly`. */
  readonly by?: string;
}

/** The same, and when it was said. */
export interface KeptNote extends RevocationNote {
  /** When the entry was appended, in ms since the epoch: set by `append`, unless it is there already. */
  readonly at?: number;
}

/** One token, by the SHA-256 of its text in lower-case hex. */
interface TokenRevocation {
  readonly type: 'token';
  readonly tokenSha256: string;
  readonly expiresAt: number;
}

/** Every token of a user that was issued before a moment. */
type SubjectRevocation = RevokedSubject & {
  readonly type: 'subject';
  readonly issuedBefore: number;
  readonly expiresAt: number;
};

/** Every token of anybody that was issued before a moment. */
interface EveryoneRevocation {
  readonly type: 'everyone';
  readonly issuedBefore: number;
  readonly expiresAt: number;
}

/** Every token of a user, whenever issued, until unblocked. */
type Block = RevokedSubject & { readonly type: 'block' };

/** The end of a block. */
type Unblock = RevokedSubject & { readonly type: 'unblock' };

/**
 * One line of a revocation log. Times are in ms since the epoch. `expiresAt` is when nobody needs it any more, by anybody's
 * clock: the end of the last token that it can match, and ten minutes.
 */
export type RevocationEntry = KeptNote & (TokenRevocation | SubjectRevocation | EveryoneRevocation | Block | Unblock);

/** Where revocations are kept. Share one log between instances to share revocations. */
export interface RevocationLog {
  /**
   * Adds an entry, and says when: `at`, which {@link stampRevocationEntry} sets. Resolves once the entry is as durable as this
   * log makes things *and* has been delivered to the followers of this object; rejects when it is not certain to be kept, and
   * with a `TypeError` what is no entry (see {@link readRevocationEntry}).
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
   * what is missing, with its `at`, before it confirms again. Unblocks are not among it. A follower that keeps nothing leaves it out.
   */
  inForce?(): Iterable<RevocationEntry>;
}
