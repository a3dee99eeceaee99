import type { Session } from 'next-auth';
import { tellOtherTabs } from './other-tabs.ts';
import { readSession, updateSession } from './session-endpoint.ts';
import type { SessionStore } from './session-store.ts';

/** A reading of the session that is under way. */
interface Reading {
  readonly done: Promise<void>;
}

/** Reads and updates the session, and sees to it that no late answer takes the place of a newer one. */
export class SessionReader {
  /** Counts updates and restarts, in the order in which they were begun. */
  #begun = 0;
  /** What an update from before this one answers is too old to be believed. */
  #oldest = 0;
  #reading: Reading | undefined;
  readonly #basePath: string;
  readonly #store: SessionStore;

  constructor(basePath: string, store: SessionStore) {
    this.#basePath = basePath;
    this.#store = store;
  }

  /** Reads the session; those who ask meanwhile wait for the same answer. */
  readonly refetch = (): Promise<void> => this.#reading?.done ?? this.#read();

  /** Reads the session anew because it has changed: an answer that is under way may be from before. */
  readonly restart = (): Promise<void> => {
    this.#begun += 1;
    this.#oldest = this.#begun;
    this.#store.markStale();
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
      return this.#store.session() ?? null;
    }
    if (reply !== undefined) {
      // What was read before the update must not undo it.
      this.#oldest = number;
      this.#reading = undefined;
    }
    this.#store.take(reply);
    return reply ?? null;
  }

  #read(): Promise<void> {
    const done = readSession(this.#basePath).then(async (reply) => {
      // Something newer is known, or asked for.
      if (this.#reading !== reading) await this.#reading?.done;
      else {
        this.#reading = undefined;
        this.#store.take(reply);
      }
    });
    const reading: Reading = { done };
    this.#reading = reading;
    return done;
  }
}
