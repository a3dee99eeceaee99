import { type RetryLaterError, TokenRefusedError } from '../../errors/errors.ts';
import { KnownToken } from '../../memory/known-token.ts';
import type { RevocationListener } from '../revocation-index.ts';
import { Groups } from './groups.ts';
import { Portions } from './portions.ts';

/** How long to wait at most until all is looked at again, in ms: clocks are set, Google's too, and machines sleep. */
const LOOK_AGAIN_MS = 1000;

/** Why what is open has to end. */
export type AccessError = TokenRefusedError | RetryLaterError;

/** Those who know. Nothing is decided here. */
export interface WatchRules {
  /** Why a token is no good now; undefined: it is good. */
  readonly refusalOf: (known: KnownToken) => AccessError | undefined;
  /** Why all tokens of a user are refused now; undefined: they are not. */
  readonly refusalOfSubject: (subjectKey: string) => AccessError | undefined;
  /** Why all tokens of all users are refused now; undefined: the view of revocations is fresh. */
  readonly staleness: () => AccessError | undefined;
  /** How long the view stays fresh unless it is confirmed, in ms. */
  readonly freshForMs: () => number;
  /** The time by which tokens end, in ms since the epoch. */
  readonly timeForExpiry: () => number;
}

interface Watcher {
  readonly known: KnownToken;
  readonly callback: (error: AccessError) => void;
  /** They are numbered as they come. */
  readonly number: number;
  isOver: boolean;
}

/**
 * Those who want to be told when a token is no good any longer. An event finds candidates by token, by user or by the time
 * at which tokens end; whether one of them has to end is asked of those who know.
 */
export class Watchers implements RevocationListener {
  readonly #rules: WatchRules;
  readonly #byToken = new Groups<string, Watcher>();
  readonly #bySubject = new Groups<string, Watcher>();
  readonly #byEnd = new Groups<number, Watcher>();
  readonly #portions = new Portions();
  #size = 0;
  #lastNumber = 0;
  /** Up to this number they are told, or are being told, that the view is stale. */
  #toldStale = 0;
  /** Nobody's token ends before; in ms by Google's clock. */
  #firstEnd = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  /** When that is due, by `performance.now()`. */
  #lookAt = 0;

  constructor(rules: WatchRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Calls back once when the token is no good any longer, never before this returns.
   *
   * @returns a function that ends the watch
   */
  add(known: KnownToken, callback: (error: AccessError) => void): () => void {
    const watcher: Watcher = { known, callback, number: ++this.#lastNumber, isOver: false };
    const subjectKey = KnownToken.subjectKey(known);
    this.#size++;
    this.#byToken.add(KnownToken.key(known), watcher);
    if (subjectKey !== undefined) this.#bySubject.add(subjectKey, watcher);
    this.#byEnd.add(known.expiresAt, watcher);
    const refusal = this.#rules.refusalOf(known);
    if (refusal !== undefined) this.#end([watcher], () => refusal);
    this.#firstEnd = Math.min(this.#firstEnd, known.expiresAt);
    if (this.#timer === undefined || this.#waitMs() < this.#lookAt - performance.now()) this.#arm();
    return () => this.#remove(watcher);
  }

  /** A token was revoked. */
  onToken(key: string): void {
    this.#end(this.#byToken.of(key), this.#rules.refusalOf);
  }

  /** Google has refused a token. That may be forgotten at once, or by the time it is told. */
  onRefused(key: string): void {
    const refusalOf = (known: KnownToken) => this.#rules.refusalOf(known) ?? new TokenRefusedError('ERR_TOKEN_INVALID');
    this.#end(this.#byToken.of(key), refusalOf);
  }

  /** Some of a user's tokens may be. */
  onSubject(subjectKey: string): void {
    this.#end(this.#bySubject.of(subjectKey), this.#rules.refusalOf);
  }

  /** A user is blocked. He may be unblocked before all have been told, and still they are. */
  onBlock(subjectKey: string): void {
    // A log may deliver again what was long over: then the end of the block has come by now as well.
    queueMicrotask(() => {
      const refusal = this.#rules.refusalOfSubject(subjectKey);
      this.#end(this.#bySubject.of(subjectKey), () => refusal);
    });
  }

  /** Anybody's token may be revoked. */
  onEveryone(): void {
    this.#end(this.#byToken.all(), this.#rules.refusalOf);
  }

  /** Tells all that are left that their tokens cannot be judged any more. Resolves when they have been told. */
  async close(): Promise<void> {
    this.#look();
    await this.#portions.idle();
  }

  /** @param refusalOf why a candidate ends; what holds for all of them is known already, and may have changed by their turn */
  #end(candidates: Iterable<Watcher> | undefined, refusalOf: WatchRules['refusalOf']): void {
    if (candidates !== undefined) this.#portions.add(this.#ending(candidates, refusalOf, this.#lastNumber));
  }

  /** @param last later ones were judged anew when they came */
  *#ending(candidates: Iterable<Watcher>, refusalOf: WatchRules['refusalOf'], last: number): Generator<void, void> {
    for (const watcher of candidates) {
      if (!watcher.isOver && watcher.number <= last) {
        const error = refusalOf(watcher.known);
        if (error !== undefined) this.#tell(watcher, error);
      }
      yield;
    }
  }

  #tell(watcher: Watcher, error: AccessError): void {
    this.#remove(watcher);
    try {
      watcher.callback(error);
    } catch (thrown) {
      // As an EventTarget does: it is reported, and the others are told all the same.
      process.nextTick(() => {
        throw thrown;
      });
    }
  }

  #remove(watcher: Watcher): void {
    if (watcher.isOver) return;
    watcher.isOver = true;
    this.#size--;
    const { known } = watcher;
    const subjectKey = KnownToken.subjectKey(known);
    this.#byToken.delete(KnownToken.key(known), watcher);
    if (subjectKey !== undefined) this.#bySubject.delete(subjectKey, watcher);
    this.#byEnd.delete(known.expiresAt, watcher);
    if (this.#size === 0) this.#disarm();
  }

  /** Finds what has ended by itself: tokens, and the trust in the view. */
  #look(): void {
    const staleness = this.#rules.staleness();
    if (staleness !== undefined && this.#toldStale < this.#lastNumber) {
      this.#end(this.#byToken.all(), () => staleness);
      this.#toldStale = this.#lastNumber;
    }
    this.#expire();
    this.#arm();
  }

  /** Google's figures are whole seconds, so there are not many ends to look at, however many tokens there are. */
  #expire(): void {
    const now = this.#rules.timeForExpiry();
    this.#firstEnd = Number.POSITIVE_INFINITY;
    for (const end of this.#byEnd.keys()) {
      if (end <= now) this.#end(this.#byEnd.of(end), this.#rules.refusalOf);
      else this.#firstEnd = Math.min(this.#firstEnd, end);
    }
  }

  /** The timer is there only while somebody watches, and keeps no process alive. */
  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#size === 0) return;
    const waitMs = this.#waitMs();
    this.#lookAt = performance.now() + waitMs;
    this.#timer = setTimeout(() => this.#look(), waitMs).unref();
  }

  /** Until something may have ended. */
  #waitMs(): number {
    const endsInMs = this.#firstEnd - this.#rules.timeForExpiry();
    const freshForMs = this.#rules.freshForMs();
    // One more, because at that very moment the view is still fresh. Once it is stale, there is nothing to wait for.
    const staleInMs = freshForMs < 0 ? LOOK_AGAIN_MS : freshForMs + 1;
    return Math.min(LOOK_AGAIN_MS, Math.max(1, Math.ceil(endsInMs)), Math.ceil(staleInMs));
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firstEnd = Number.POSITIVE_INFINITY;
  }
}
