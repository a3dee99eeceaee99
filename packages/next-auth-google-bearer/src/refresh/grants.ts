import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { GoogleClient } from '../options.ts';
import type { SessionError } from '../types.ts';
import type { Credentials } from './reply.ts';

/** What this process knows of a refresh token. */
export interface Grant {
  /** The newest tokens it was exchanged for, for those who come with older ones. */
  newest: Credentials | undefined;
  /** The access tokens that this process has replaced, the last few. */
  replaced: readonly string[];
  /** Why it is over. */
  ending: SessionError | 'signed_out' | undefined;
  /** The attempt under way, which everybody waits for. */
  running: Promise<void> | undefined;
  /** Attempts that have failed in a row. */
  failures: number;
  /** No attempt before this time, in ms since 1970. */
  retryAt: number;
  /** Attempts in a row that were made because the API refused a token. */
  forced: number;
  /** When the last one of those was made, in ms since 1970. */
  forcedAt: number;
}

/** Refresh tokens to remember at a time; one that is forgotten costs one more refresh. */
const MAX_GRANTS = 10_000;

declare global {
  var nextAuthGoogleBearerGrants: LRUCache<string, Grant> | undefined;
}

/**
 * The grants of this process. Not a variable of this module: Next.js loads a module once for route handlers and once more
 * for server components, and they must not refresh beside each other.
 */
function sharedGrants(): LRUCache<string, Grant> {
  globalThis.nextAuthGoogleBearerGrants ??= new LRUCache<string, Grant>({ max: MAX_GRANTS });
  return globalThis.nextAuthGoogleBearerGrants;
}

/** The grants of one client at one Google. */
export class Grants {
  readonly #all = sharedGrants();
  readonly #client: GoogleClient;

  constructor(client: GoogleClient) {
    this.#client = client;
  }

  of(refreshToken: string): Grant {
    const known = this.#all.get(this.#key(refreshToken));
    if (known !== undefined) return known;
    const grant: Grant = {
      newest: undefined,
      replaced: [],
      ending: undefined,
      running: undefined,
      failures: 0,
      retryAt: 0,
      forced: 0,
      forcedAt: 0,
    };
    this.#all.set(this.#key(refreshToken), grant);
    return grant;
  }

  /** A sign-in starts afresh, whatever was known of its refresh token. */
  begin(refreshToken: string): void {
    this.#all.delete(this.#key(refreshToken));
  }

  /** A sign-out: answers that were under way must not bring the session back. */
  end(refreshToken: string): void {
    const grant = this.of(refreshToken);
    const { newest } = grant;
    grant.ending = 'signed_out';
    grant.newest = undefined;
    if (newest !== undefined && newest.refreshToken !== refreshToken) this.end(newest.refreshToken);
  }

  /** The refresh token that has taken this one's place, as far as this process knows. */
  newestRefreshToken(refreshToken: string): string {
    const next = this.of(refreshToken).newest?.refreshToken;
    return next === undefined || next === refreshToken ? refreshToken : this.newestRefreshToken(next);
  }

  #key(refreshToken: string): string {
    const { tokenUrl, id } = this.#client;
    return createHash('sha256').update(`${tokenUrl} ${id} ${refreshToken}`).digest('base64url');
  }
}
