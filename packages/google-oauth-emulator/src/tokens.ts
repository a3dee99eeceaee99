import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import type { Grant } from './grants.ts';
import type { User } from './people.ts';
import { randomText } from './random.ts';

/** What came out of one authorization: ends alone when its code is replayed, or with the whole grant. */
export interface Lineage {
  readonly grant: Grant;
  ended: boolean;
}

/** A person, or a service account acting for itself or (delegation) under a person's e-mail. */
type Holder =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'service-account'; readonly email: string };

export type AccessType = 'online' | 'offline';

export interface AccessToken {
  readonly value: string;
  readonly audience: string;
  readonly authorizedParty: string;
  readonly holder: Holder;
  readonly scopes: readonly string[];
  readonly accessType: AccessType;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly lineage: Lineage;
}

export interface RefreshToken {
  readonly value: string;
  readonly clientId: string;
  readonly user: User;
  readonly scopes: readonly string[];
  readonly lineage: Lineage;
  /** Set when rotation has put another token in its place. */
  replaced: boolean;
}

export function isEnded(lineage: Lineage): boolean {
  return lineage.ended || lineage.grant.ended;
}

/** Every token that was issued. Dead ones are kept too: a replay must be told from garbage, and the clock can go back. */
export class Tokens {
  readonly #access = new BoundedMap<string, AccessToken>(200_000);
  readonly #refresh = new BoundedMap<string, RefreshToken>(50_000);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issueAccess(facts: Omit<AccessToken, 'value' | 'expiresAt'>, lifetimeS: number): AccessToken {
    const value = `ya29.a0${randomText(150)}`;
    const token = { ...facts, value, expiresAt: this.#clock.now() + lifetimeS * 1000 };
    this.#access.set(value, token);
    return token;
  }

  issueRefresh(facts: Omit<RefreshToken, 'value' | 'replaced'>): RefreshToken {
    const token = { ...facts, value: `1//0${randomText(72)}`, replaced: false };
    this.#refresh.set(token.value, token);
    return token;
  }

  /** The access token, if it is known, unexpired and not revoked. */
  liveAccess(value: string): AccessToken | undefined {
    const token = this.#access.get(value);
    if (token === undefined || isEnded(token.lineage) || token.expiresAt <= this.#clock.now()) return undefined;
    return token;
  }

  /** The refresh token, dead or alive. */
  refresh(value: string): RefreshToken | undefined {
    return this.#refresh.get(value);
  }

  liveRefresh(value: string): RefreshToken | undefined {
    const token = this.#refresh.get(value);
    return token === undefined || token.replaced || isEnded(token.lineage) ? undefined : token;
  }
}
