import type { RevocationEntry, RevocationFollower, RevokedSubject } from 'google-bearer';
import { fromRow, UNDOING_KEPT_MS, UnreadableRowError } from './rows.ts';
import type { Store } from './store.ts';

/**
 * One follower's place in the log.
 *
 * Rows are deleted, and yet no follower misses one that matters, however long its process was stopped:
 * - A row past its `expiresAt` matches dead tokens only.
 * - Of a subject's blocks and unblocks the newest alone says whether the subject is blocked, so a reader may skip any
 *   others before it: after block, unblock, block it is enough to see the last, whatever the view held before. A block is
 *   given an end (a day later) only when a newer row of its subject is committed with it, so the newest block is there.
 * - That leaves a newest `unblock`, which goes after a day. A follower away for longer may still hold the block. It starts
 *   over from a snapshot, and takes back each block that it has delivered and the snapshot does not have.
 *
 * A follower also starts over when a backup was restored into the file: new rows have numbers that it has seen before.
 */
export class Cursor {
  readonly #store: Store;
  readonly #follower: RevocationFollower;
  /** The number of the last row delivered; undefined: start from a snapshot. */
  #last: number | undefined;
  /** Which history of the file that number belongs to. */
  #history: unknown;
  /** What `store.version()` said before the last complete reading. */
  #version: unknown;
  /** A row that stopped the last reading: to read the same again would find it again. */
  #unreadable: UnreadableRowError | undefined;
  /** Everything committed before this has been delivered. */
  #confirmedAt = 0;
  /** The subjects whose block it has told, by their spelling. */
  readonly #blocked = new Map<string, RevokedSubject>();
  #ended = false;

  constructor(store: Store, follower: RevocationFollower) {
    this.#store = store;
    this.#follower = follower;
  }

  /** Delivers what is new, reading rows only when another connection has committed. Reports failures, never throws. */
  poll(): void {
    try {
      this.#advance(false);
    } catch (error) {
      if (!this.#ended) this.#follower.error(error);
    }
  }

  /** Delivers what is new, also from this connection. Reports failures, and throws them too. */
  refresh(): void {
    try {
      this.#advance(true);
    } catch (error) {
      if (this.#ended) return;
      this.#follower.error(error);
      throw error;
    }
  }

  /** Ends the delivery, even in the midst of one. */
  end(): void {
    this.#ended = true;
  }

  #advance(force: boolean): void {
    // Before the store is asked, and the version before the rows: whatever comes in between is found at the next poll.
    const asOf = Date.now();
    const version = this.#store.version();
    if (force || version !== this.#version) {
      this.#version = undefined;
      this.#unreadable = this.#read();
      this.#version = version;
    }
    if (this.#unreadable !== undefined) throw this.#unreadable;
    if (this.#ended) return;
    this.#confirmedAt = asOf;
    this.#follower.confirm(asOf);
  }

  #read(): UnreadableRowError | undefined {
    try {
      const rows = this.#last === undefined ? undefined : this.#store.after(this.#last, this.#history);
      // Asked after the reading: the process may have been stopped just before it.
      const away = Date.now() - this.#confirmedAt > UNDOING_KEPT_MS;
      if (rows === undefined || away) this.#replay();
      else this.#deliver(rows);
      return undefined;
    } catch (error) {
      if (error instanceof UnreadableRowError) return error;
      throw error;
    }
  }

  #replay(): void {
    this.#last = undefined;
    const { last, history, rows } = this.#store.snapshot(Date.now());
    const placed = rows.map(fromRow);
    const blocked = new Set(placed.map(({ entry }) => (entry.type === 'block' ? spelling(entry) : undefined)));
    // Before the snapshot is told: what that blocks by the other spelling stays blocked.
    for (const [name, subject] of this.#blocked) if (!blocked.has(name)) this.#tell({ type: 'unblock', ...subject });
    for (const { entry } of placed) this.#tell(entry);
    if (typeof last !== 'number') throw new UnreadableRowError('The revocation log has no last row');
    this.#last = last;
    this.#history = history;
  }

  #deliver(rows: readonly unknown[]): void {
    for (const row of rows) {
      const { seq, entry } = fromRow(row);
      this.#tell(entry);
      this.#last = seq;
    }
  }

  #tell(entry: RevocationEntry): void {
    if (this.#ended) return;
    this.#follower.entry(entry);
    if (entry.type === 'block') this.#blocked.set(spelling(entry), subjectOf(entry));
    if (entry.type === 'unblock') this.#blocked.delete(spelling(entry));
  }
}

function subjectOf({ subject, subjectSha256 }: RevokedSubject): RevokedSubject {
  return subject === undefined ? { subjectSha256 } : { subject };
}

/** One text for each spelling of each subject: no subject has a space in it. */
function spelling(entry: RevokedSubject): string {
  return entry.subject ?? `sha256 ${entry.subjectSha256}`;
}
