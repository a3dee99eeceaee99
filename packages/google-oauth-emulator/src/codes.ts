import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import type { User } from './people.ts';
import type { CodeChallenge } from './pkce.ts';
import { randomText } from './random.ts';
import type { AccessType, Lineage } from './tokens.ts';

const LIFETIME_MS = 10 * 60_000;

export interface AuthorizationCode {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly user: User;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  readonly challenge: CodeChallenge | undefined;
  readonly accessType: AccessType;
  readonly givesRefreshToken: boolean;
  readonly lineage: Lineage;
  readonly expiresAt: number;
  used: boolean;
}

/** Authorization codes: good for ten minutes and one exchange. Used ones stay known, so that a replay is noticed. */
export class Codes {
  readonly #codes = new BoundedMap<string, AuthorizationCode>(10_000);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(facts: Omit<AuthorizationCode, 'expiresAt' | 'used'>): string {
    const value = `4/0A${randomText(48)}`;
    this.#codes.set(value, { ...facts, expiresAt: this.#clock.now() + LIFETIME_MS, used: false });
    return value;
  }

  /** The code, if it is known and unexpired; it may have been used. */
  find(value: string): AuthorizationCode | undefined {
    const code = this.#codes.get(value);
    return code === undefined || code.expiresAt <= this.#clock.now() ? undefined : code;
  }
}
