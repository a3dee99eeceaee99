import type { Session } from 'next-auth';
import { NotSignedInError, SessionUnavailableError } from './errors.ts';
import { Hopeless } from './hopeless.ts';
import { tellOtherTabs } from './other-tabs.ts';
import { LONGEST_DELAY_MS, refetchDelayMs } from './refetch-delay.ts';
import { toLocalTimes } from './server-clock.ts';
import { readSession, type SessionReply, updateSession } from './session-endpoint.ts';

/** An access token, and whose it is. */
export interface HeldToken {
  readonly accessToken: string;
  readonly subject: string | undefined;
}

/** A reading of the session that is under way. */
interface Reading {
  readonly done: Promise<void>;
}

/** A session, `null` when nobody is signed in, `undefined` while it is not known yet. */
export type KnownSession = Session | null | undefined;

/**
 * The session of a page, kept fresh: read again when its access token is due. NextAuth's own provider takes a session
 * that it could not read for a sign-out and never asks again; here it stays as it was.
 */
export class SessionKeeper {
  #session: KnownSession;
  /** It has changed elsewhere, and how is not known yet. */
  #isStale = false;
  #attempts = 0;
  /** Counts updates and restarts, in the order in which they were begun. */
  #begun = 0;
  /** What an update from before this one answers is too old to be believed. */
  #oldest = 0;
  #reading: Reading | undefined;
  #renewing: { readonly refused: string; readonly done: Promise<void> } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refetchIntervalMs: number | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #basePath: string;
  readonly hopeless: Hopeless = new Hopeless();

  constructor(basePath: string, session: KnownSession) {
    this.#basePath = basePath;
    this.#session = session;
  }

  /**
   * Begins to keep the session fresh; the result ends that.
   *
   * @param refetchIntervalS in s; 0: only when the access token is due
   */
  start(refetchIntervalS: number): () => void {
    this.#refetchIntervalMs = refetchIntervalS > 0 ? refetchIntervalS * 1000 : LONGEST_DELAY_MS;
    // One that came with the page has the server's times still, and was read between the request for the page and now.
    const now = Date.now();
    if (this.#session) this.#show(toLocalTimes(this.#session, now - Math.ceil(performance.now()), now));
    this.#schedule();
    return () => {
      this.#refetchIntervalMs = undefined;
      clearTimeout(this.#timer);
    };
  }

  /** Calls `listener` whenever {@link session} has changed, until the result is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly session = (): KnownSession => this.#session;

  /** Reads the session; those who ask meanwhile wait for the same answer. */
  readonly refetch = (): Promise<void> => this.#reading?.done ?? this.#read();

  /**
   * Reads the session anew because it has changed: an answer that is under way may be from before. When that fails it is tried again, with
   * growing pauses.
   */
  readonly restart = (): Promise<void> => {
    this.#begun += 1;
    this.#oldest = this.#begun;
    this.#isStale = true;
    return this.#read();
  };

  /** NextAuth's `update`: the new session, `null` when it could not be had. */
  async update(data: unknown): Promise<Session | null> {
    this.#begun += 1;
    const number = this.#begun;
    const reply = await updateSession(this.#basePath, data);
    if (reply !== undefined) tellOtherTabs();
    if (number < this.#oldest) {
      // A late answer must not bring back a session that is over meanwhile, with a token that lives. Nor is what was read
      // meanwhile sure to have seen the update.
      await this.restart();
      return this.#session ?? null;
    }
    if (reply !== undefined) {
      // What was read before the update must not undo it.
      this.#oldest = number;
      this.#reading = undefined;
    }
    this.#take(reply);
    return reply ?? null;
  }

  /**
   * An access token that lives, of the account that the page shows.
   *
   * @throws {NotSignedInError}
   * @throws {SessionUnavailableError}
   */
  async token(): Promise<HeldToken> {
    const shown = this.#session;
    // Not known yet, or a laptop that has just woken up.
    if (shown === undefined || isDead(shown)) await this.refetch();
    return shown ? this.#tokenOf(shown.subject) : this.#token();
  }

  /**
   * Another access token of the same account than the one that the API has refused; undefined when there is none to be had.
   *
   * @throws {NotSignedInError}
   */
  async tokenInsteadOf({ accessToken: refused, subject }: HeldToken): Promise<HeldToken | undefined> {
    if (this.#session?.accessToken === refused) {
      if (this.#renewing?.refused !== refused) {
        const done = this.update({ refusedAccessToken: refused }).then(() => {
          this.#renewing = undefined;
        });
        this.#renewing = { refused, done };
      }
      await this.#renewing.done;
    }
    const held = this.#tokenOf(subject);
    return held.accessToken === refused ? undefined : held;
  }

  /** What one person has asked for must not be done as another, who has signed in in another tab. */
  #tokenOf(subject: string | undefined): HeldToken {
    const held = this.#token();
    if (held.subject !== subject) throw new NotSignedInError('another account is signed in now');
    return held;
  }

  #token(): HeldToken {
    if (this.#session === undefined) throw new SessionUnavailableError('the session could not be read');
    const { accessToken, subject } = this.#session ?? {};
    if (accessToken === undefined) throw new NotSignedInError('nobody is signed in');
    return { accessToken, subject };
  }

  #read(): Promise<void> {
    const done = readSession(this.#basePath).then(async (reply) => {
      // Something newer is known, or asked for.
      if (this.#reading !== reading) await this.#reading?.done;
      else {
        this.#reading = undefined;
        this.#take(reply);
      }
    });
    const reading: Reading = { done };
    this.#reading = reading;
    return done;
  }

  #take(reply: SessionReply): void {
    const before = this.#session;
    if (reply !== undefined) this.#isStale = false;
    const isNew = reply !== undefined && reply?.accessToken !== before?.accessToken;
    const isLate = reply === undefined || (reply?.accessTokenRefreshAt ?? Number.POSITIVE_INFINITY) <= Date.now();
    this.#attempts = isNew || !isLate ? 0 : this.#attempts + 1;
    if (reply !== undefined) this.#show(reply);
    this.#schedule();
  }

  #show(session: Session | null): void {
    if (session === this.#session) return;
    this.#session = session;
    for (const listener of this.#listeners) listener();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const refetchIntervalMs = this.#refetchIntervalMs;
    const session = this.#session;
    const isKnown = session !== undefined && !this.#isStale;
    // Nobody is signed in, or only signing in helps: there is nothing to wait for.
    const isOver = session === null || session?.error !== undefined;
    if (refetchIntervalMs === undefined || (isKnown && isOver)) return;
    // Not known: at once. Without times, as an app's own callback may give it: by the interval.
    const refreshAt = isKnown ? (session?.accessTokenRefreshAt ?? Number.POSITIVE_INFINITY) : 0;
    const state = { now: Date.now(), refreshAt, refetchIntervalMs, attempts: this.#attempts };
    this.#timer = setTimeout(this.refetch, refetchDelayMs(state));
  }
}

function isDead(session: KnownSession): boolean {
  const { accessToken, accessTokenExpiresAt = Number.POSITIVE_INFINITY } = session ?? {};
  return accessToken !== undefined && accessTokenExpiresAt <= Date.now();
}
