/** Whom a good access token speaks for, and what it may do. Frozen: one object serves every request with that token. */
export interface Principal {
  /** Google's stable id of the user (`sub`). Use it as the key for user records: an e-mail address can pass to another person. */
  readonly subject: string;
  /** The user's address, when the token carries the `email` scope. Trust it only if {@link emailVerified}. */
  readonly email: string | undefined;
  /** Whether Google vouches for {@link email}. A real boolean, unlike Google's string. */
  readonly emailVerified: boolean;
  /** The client id that the token is meant for (`aud`). */
  readonly audience: string;
  /** The client id that the token was issued to (`azp`). */
  readonly authorizedParty: string;
  /** What was granted, in Google's words; `has` also knows the short names `email` and `profile`. */
  readonly scopes: ReadonlySet<string>;
  /** When the token expires, in ms since the epoch, by Google's clock. */
  readonly expiresAt: number;
  /** Whether the client may refresh without the user (`offline`) or not (`online`), as tokeninfo says. */
  readonly accessType: 'online' | 'offline' | undefined;
}

/**
 * A service account, or a user impersonated by one (domain-wide delegation). Google gives these no `sub`. The address
 * may be that of the impersonated user, so it does not prove who calls.
 */
export interface ServicePrincipal extends Omit<Principal, 'subject'> {
  readonly subject: undefined;
}

/** What Google said about a token. It is true for every request with that token: facts are cached, verdicts never. */
export type TokenFacts = Principal | ServicePrincipal;
