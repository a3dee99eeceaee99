import type { TokenFacts } from '../principal.ts';
import { subjectKey } from '../token/subject-key.ts';

/** Where a known token comes from. */
interface Origin {
  readonly key: string;
  /** Who asked. */
  readonly asker: object;
  readonly statedAt: number;
}

/**
 * All that is kept about a good token. What Google said is for everybody to read: this is the principal that callers get. What
 * we know besides is private. Frozen: one object serves every request with that token.
 */
export class KnownToken {
  readonly subject: TokenFacts['subject'];
  readonly email: TokenFacts['email'];
  readonly emailVerified: TokenFacts['emailVerified'];
  readonly audience: TokenFacts['audience'];
  readonly authorizedParty: TokenFacts['authorizedParty'];
  readonly scopes: TokenFacts['scopes'];
  readonly expiresAt: TokenFacts['expiresAt'];
  readonly accessType: TokenFacts['accessType'];
  readonly #key: string;
  readonly #subjectKey: string | undefined;
  readonly #statedAt: number;
  readonly #asker: object;

  constructor(facts: TokenFacts, { key, asker, statedAt }: Origin) {
    const { subject } = facts;
    this.subject = subject;
    this.email = facts.email;
    this.emailVerified = facts.emailVerified;
    this.audience = facts.audience;
    this.authorizedParty = facts.authorizedParty;
    this.scopes = facts.scopes;
    this.expiresAt = facts.expiresAt;
    this.accessType = facts.accessType;
    this.#key = key;
    this.#subjectKey = subject === undefined ? undefined : subjectKey({ subject });
    this.#statedAt = statedAt;
    this.#asker = asker;
    // Callers get a plain object: it equals a literal with the same members, and prints like one.
    Object.setPrototypeOf(this, Object.prototype);
    Object.freeze(this);
  }

  /** The name under which everything about the token is kept. */
  static key(known: KnownToken): string {
    return known.#key;
  }

  /** The user's name in the rules about users; undefined when the token names no user. */
  static subjectKey(known: KnownToken): string | undefined {
    return known.#subjectKey;
  }

  /** When Google said so, here or to another instance, in ms since the epoch by our clock. */
  static statedAt(known: KnownToken): number {
    return known.#statedAt;
  }

  /** The known token that a principal is; undefined when this asker has never got it. */
  static of(principal: unknown, asker: object): KnownToken | undefined {
    if (typeof principal !== 'object' || principal === null || !(#asker in principal)) return undefined;
    return principal.#asker === asker ? principal : undefined;
  }
}

/** Whether something is younger than `lifeMs`. An age below zero is unknown: the clock was set back. */
export function isYounger(lifeMs: number, statedAt: number, now: number): boolean {
  const age = now - statedAt;
  return age >= 0 && age < lifeMs;
}
