import type { RevocationLog } from './types.ts';

/** What `createTokenVerifier` takes. Times are in ms. */
export interface TokenVerifierOptions {
  /**
   * Your Google client id, or several. Only tokens meant for one of them pass: without this check a token that *any*
   * other application obtained would pass (the confused deputy; RFC 9700 §2.3). Required; `undefined` is in the type so
   * that `process.env.GOOGLE_CLIENT_ID` can be passed as it is, and is refused when the verifier is made.
   */
  readonly audience: string | readonly string[] | undefined;
  /** The client ids that may present a token (`azp`). Default: {@link audience}. */
  readonly authorizedParties?: readonly string[];
  /**
   * Lets tokens without a user pass as a {@link ServicePrincipal}: service accounts and domain-wide delegation. Their
   * audience is a number, which {@link audience} has to name. Default: false.
   */
  readonly allowServiceAccounts?: boolean;
  /** How many good tokens are kept in memory. Default: 100 000. */
  readonly maxEntries?: number;
  /** How long Google's word about a token is kept; never beyond the token's own end. Default: 300 000 (5 minutes). */
  readonly maxAgeMs?: number;
  /** The deadline of a lookup: waiting, both attempts and the pause between them. Default: 3 000. */
  readonly timeoutMs?: number;
  /**
   * While Google is down, how long past {@link maxAgeMs} the facts about a token may still be used, if it has neither
   * ended nor been revoked. Counted in `stats().lookups.graceUses`. Default: 0 (never).
   */
  readonly graceMs?: number;
  /** Where revocations are kept. Default: the memory of this process, lost when it ends. */
  readonly revocationLog?: RevocationLog;
  /**
   * The longest life of an access token. Google does not say when a token was issued, so that is taken to be its end
   * minus this: never later than the truth, so at worst a token issued just after a sign-out is refused as well. Tokens
   * that live longer need a larger value (service accounts: up to 12 h). Default: 3 600 000 (1 h, Google's maximum for
   * users).
   */
  readonly tokenLifetimeMs?: number;
  /**
   * The promise: no token is accepted more than this after its revocation was acknowledged anywhere. An instance that
   * cannot confirm its view of the log within it answers 503 `ERR_REVOCATIONS_STALE`. Default: 5 000.
   */
  readonly maxStalenessMs?: number;
  /** `accept` breaks that promise: tokens are then judged by an old view rather than refused. Default: `refuse`. */
  readonly onStale?: 'refuse' | 'accept';
  /**
   * Where Google is: one base URL from which `/tokeninfo` and `/revoke` derive, or each URL by the name google-auth-library
   * gives it. Plain http is refused unless the host is loopback. Default: `https://oauth2.googleapis.com`.
   */
  readonly endpoints?: string | { readonly tokenInfoUrl?: string; readonly oauth2RevokeUrl?: string };
}
