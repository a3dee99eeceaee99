import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { GoogleClient } from '../options.ts';
import { Grant } from './grant.ts';

/** Refresh tokens to remember at a time. One that is forgotten costs one more refresh. */
const MAX_GRANTS = 100_000;
/** Sign-outs to remember at a time: of the last ones alone, an answer may still be under way. */
const MAX_SIGNED_OUT = 100_000;

interface Known {
  readonly grants: LRUCache<string, Grant>;
  readonly signedOut: LRUCache<string, true>;
}

declare global {
  var nextAuthGoogleBearer: Known | undefined;
}

/**
 * What this process knows. Not a variable of this module: Next.js loads a module once for route handlers and once more for
 * server components, and they must not refresh beside each other.
 */
function known(): Known {
  globalThis.nextAuthGoogleBearer ??= {
    grants: upTo(MAX_GRANTS),
    signedOut: upTo(MAX_SIGNED_OUT),
  };
  return globalThis.nextAuthGoogleBearer;
}

/** By size, each counting as one: with `max` the library sets all the room aside at once, 3 MB for a hundred thousand. */
function upTo<Value extends {}>(count: number): LRUCache<string, Value> {
  return new LRUCache({ maxSize: count, sizeCalculation: () => 1 });
}

/** The grants of one client at one Google: those that something happened to. A session that is only read takes no place here. */
export class Grants {
  readonly #known = known();
  readonly #client: GoogleClient;

  constructor(client: GoogleClient) {
    this.#client = client;
  }

  find(refreshToken: string): Grant | undefined {
    return this.#known.grants.get(this.#key(refreshToken));
  }

  add(refreshToken: string): Grant {
    const grant = new Grant();
    this.#known.grants.set(this.#key(refreshToken), grant);
    return grant;
  }

  /** A sign-in starts afresh, whatever was known of its refresh token. */
  begin(refreshToken: string): void {
    this.#known.grants.delete(this.#key(refreshToken));
    this.#known.signedOut.delete(this.#key(refreshToken));
  }

  /**
   * A sign-out: answers that were under way must not bring the session back.
   *
   * @param refreshToken or the access token of a session that has no refresh token
   */
  end(refreshToken: string): void {
    this.#known.signedOut.set(this.#key(refreshToken), true);
    const next = this.find(refreshToken)?.newestRefreshToken;
    if (next !== undefined && next !== refreshToken) this.end(next);
  }

  isSignedOut(refreshToken: string): boolean {
    return this.#known.signedOut.has(this.#key(refreshToken));
  }

  /** The refresh token that has taken this one's place, as far as this process knows. */
  newestRefreshToken(refreshToken: string): string {
    const next = this.find(refreshToken)?.newestRefreshToken;
    return next === undefined || next === refreshToken ? refreshToken : this.newestRefreshToken(next);
  }

  #key(refreshToken: string): string {
    // With the secret: what a wrong one has come to says nothing of the one that mends it.
    const { tokenUrl, id, secret } = this.#client;
    return createHash('sha256').update(`${tokenUrl} ${id} ${secret} ${refreshToken}`).digest('base64url');
  }
}
