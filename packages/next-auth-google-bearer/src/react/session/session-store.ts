import type { Session } from 'next-auth';
import { toLocalTimes } from './server-clock.ts';
import type { SessionReply } from './session-endpoint.ts';

/** A session, `null` when nobody is signed in, `undefined` while it is not known yet. */
export type KnownSession = Session | null | undefined;

/** Hears what the server has said, once it is in the store; nothing when only the times were corrected. */
export type SessionListener = (reply?: SessionReply) => void;

/**
 * The session of a page, as far as it is known. NextAuth's own provider takes a session that it could not read for a sign-out; here
 * it stays as it was.
 */
export class SessionStore {
  #session: KnownSession;
  #isStale = false;
  readonly #listeners = new Set<SessionListener>();

  constructor(session: KnownSession) {
    this.#session = session;
  }

  /** Calls `listener` after every answer of the server, until the result is called. */
  readonly subscribe = (listener: SessionListener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly session = (): KnownSession => this.#session;

  /** Whether it has changed elsewhere, and how is not known yet. */
  get isStale(): boolean {
    return this.#isStale;
  }

  markStale(): void {
    this.#isStale = true;
  }

  /** Takes what the server has said; a failure changes nothing. */
  take(reply: SessionReply): void {
    if (reply !== undefined) {
      this.#session = reply;
      this.#isStale = false;
    }
    for (const listener of this.#listeners) listener(reply);
  }

  /** Corrects the times of a session that was read between `since` and `until` by this device's clock, in ms since 1970. */
  setClock(since: number, until: number): void {
    const local = this.#session && toLocalTimes(this.#session, since, until);
    if (local === this.#session) return;
    this.#session = local;
    for (const listener of this.#listeners) listener();
  }
}
