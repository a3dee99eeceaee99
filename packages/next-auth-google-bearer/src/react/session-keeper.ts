import type { Session } from 'next-auth';
import { tellOtherTabs } from './other-tabs.ts';
import { LONGEST_DELAY_MS, refetchDelayMs } from './refetch-delay.ts';
import { readSession, type SessionReply, updateSession } from './session-endpoint.ts';

/** There is no access token to call with: sign in first. */
export class NotSignedInError extends Error {
  override readonly name = 'NotSignedInError';
}

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
  #attempts = 0;
  #reading: Reading | undefined;
  #renewing: { readonly refused: string; readonly done: Promise<void> } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refetchIntervalMs: number | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #basePath: string;
  /** A renewed access token that the API has refused as well: to renew it again would not help. */
  hopeless: string | undefined;

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

  /** Reads the session anew because it has changed: an answer that is under way may be from before. */
  readonly restart = (): Promise<void> => {
    this.#reading = undefined;
    return this.#read();
  };

  /** NextAuth's `update`: the new session, `null` when it could not be had. */
  async update(data: unknown): Promise<Session | null> {
    const reply = await updateSession(this.#basePath, data);
    // What was asked for before is older than this.
    this.#reading = undefined;
    this.#take(reply);
    if (reply !== undefined) tellOtherTabs();
    return reply ?? null;
  }

  /**
   * An access token that lives, of the account that the page shows.
   *
   * @throws {NotSignedInError}
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
    const { accessToken, subject } = this.#session ?? {};
    if (accessToken === undefined) throw new NotSignedInError('nobody is signed in');
    return { accessToken, subject };
  }

  #read(): Promise<void> {
    const done = readSession(this.#basePath).then((reply) => {
      // Something newer is known, or asked for.
      if (this.#reading !== reading) return;
      this.#reading = undefined;
      this.#take(reply);
    });
    const reading: Reading = { done };
    this.#reading = reading;
    return done;
  }

  #take(reply: SessionReply): void {
    const before = this.#session;
    if (reply !== undefined) this.#session = reply;
    const isNew = this.#session?.accessToken !== before?.accessToken;
    const isLate = reply === undefined || (this.#session?.accessTokenRefreshAt ?? 0) <= Date.now();
    this.#attempts = isNew || !isLate ? 0 : this.#attempts + 1;
    if (this.#session !== before) for (const listener of this.#listeners) listener();
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const refetchIntervalMs = this.#refetchIntervalMs;
    const session = this.#session;
    // Nobody is signed in, or only signing in helps: there is nothing to wait for.
    if (refetchIntervalMs === undefined || session === null || session?.error !== undefined) return;
    // Not known yet: at once. Without times, as an app's own callback may give it: by the interval.
    const refreshAt = session === undefined ? 0 : (session.accessTokenRefreshAt ?? Number.POSITIVE_INFINITY);
    const state = { now: Date.now(), refreshAt, refetchIntervalMs, attempts: this.#attempts };
    this.#timer = setTimeout(this.refetch, refetchDelayMs(state));
  }
}

function isDead(session: KnownSession): boolean {
  const { accessToken, accessTokenExpiresAt = Number.POSITIVE_INFINITY } = session ?? {};
  return accessToken !== undefined && accessTokenExpiresAt <= Date.now();
}
