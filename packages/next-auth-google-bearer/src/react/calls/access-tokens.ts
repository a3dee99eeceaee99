import type { SessionReader } from '../session/session-reader.ts';
import type { KnownSession, SessionStore } from '../session/session-store.ts';
import { NotSignedInError, SessionUnavailableError } from './errors.ts';
import { Hopeless } from './hopeless.ts';

/** An access token, and whose it is. */
export interface HeldToken {
  readonly accessToken: string;
  readonly subject: string | undefined;
}

/** The access tokens that the calls of a page are made with. */
export class AccessTokens {
  #renewing: { readonly refused: string; readonly done: Promise<void> } | undefined;
  readonly #store: SessionStore;
  readonly #reader: SessionReader;
  readonly hopeless: Hopeless = new Hopeless();

  constructor(store: SessionStore, reader: SessionReader) {
    this.#store = store;
    this.#reader = reader;
  }

  /** Whose session the page shows. */
  get subject(): string | undefined {
    return this.#store.session()?.subject;
  }

  /**
   * An access token that lives, of the account that the page shows.
   *
   * @throws {NotSignedInError}
   * @throws {SessionUnavailableError}
   */
  async current(): Promise<HeldToken> {
    const shown = this.#store.session();
    // Not known yet, or a laptop that has just woken up.
    if (shown === undefined || isDead(shown)) await this.#reader.refetch();
    return shown ? this.#heldBy(shown.subject) : this.#held();
  }

  /**
   * Another access token of the same account than the one that the API has refused; undefined when there is none to be had.
   *
   * @throws {NotSignedInError}
   */
  async insteadOf({ accessToken: refused, subject }: HeldToken): Promise<HeldToken | undefined> {
    if (this.#store.session()?.accessToken === refused) {
      if (this.#renewing?.refused !== refused) {
        const done = this.#reader.update({ refusedAccessToken: refused }).then(() => {
          this.#renewing = undefined;
        });
        this.#renewing = { refused, done };
      }
      await this.#renewing.done;
    }
    const held = this.#heldBy(subject);
    return held.accessToken === refused ? undefined : held;
  }

  /** What one person has asked for must not be done as another, who has signed in in another tab. */
  #heldBy(subject: string | undefined): HeldToken {
    const held = this.#held();
    if (held.subject !== subject) throw new NotSignedInError('another account is signed in now');
    return held;
  }

  #held(): HeldToken {
    const session = this.#store.session();
    if (session === undefined) throw new SessionUnavailableError('the session could not be read');
    const { accessToken, subject } = session ?? {};
    if (accessToken === undefined) throw new NotSignedInError('nobody is signed in');
    return { accessToken, subject };
  }
}

function isDead(session: KnownSession): boolean {
  const { accessToken, accessTokenExpiresAt = Number.POSITIVE_INFINITY } = session ?? {};
  return accessToken !== undefined && accessTokenExpiresAt <= Date.now();
}
