import type { AuthorizationRequest } from './authorization-request.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import type { User } from './people.ts';
import { randomText } from './random.ts';

const TRANSACTION_LIFETIME_MS = 30 * 60_000;

/** A browser, known by its cookie, and the people who have signed in there. */
export interface Session {
  readonly id: string;
  readonly users: Set<User>;
}

/** One run through the sign-in pages. Its id is in every form; it works only in the browser that began it. */
export interface Transaction {
  readonly id: string;
  readonly session: Session;
  readonly request: AuthorizationRequest;
  readonly expiresAt: number;
  /** The account that was chosen. */
  user: User | undefined;
}

export class Sessions {
  readonly #sessions = new BoundedMap<string, Session>(1_000);
  readonly #transactions = new BoundedMap<string, Transaction>(1_000);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(id: string | undefined): Session | undefined {
    return id === undefined ? undefined : this.#sessions.get(id);
  }

  create(): Session {
    const session: Session = { id: randomText(24), users: new Set() };
    this.#sessions.set(session.id, session);
    return session;
  }

  forget(id: string): void {
    this.#sessions.delete(id);
  }

  begin(session: Session, request: AuthorizationRequest): Transaction {
    const expiresAt = this.#clock.now() + TRANSACTION_LIFETIME_MS;
    const transaction: Transaction = { id: randomText(24), session, request, expiresAt, user: undefined };
    this.#transactions.set(transaction.id, transaction);
    return transaction;
  }

  /** The transaction, unless it is over or belongs to another browser: its id alone must not be enough. */
  transaction(id: string | null, session: Session | undefined): Transaction | undefined {
    const transaction = id === null ? undefined : this.#transactions.get(id);
    if (transaction === undefined || transaction.session !== session) return undefined;
    return transaction.expiresAt <= this.#clock.now() ? undefined : transaction;
  }

  end(transaction: Transaction): void {
    this.#transactions.delete(transaction.id);
  }
}
