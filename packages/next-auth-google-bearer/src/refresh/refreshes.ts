import type { GoogleClient } from '../options.ts';
import type { SessionError } from '../types.ts';
import { refreshAtGoogle } from './google.ts';
import { Grants } from './grants.ts';
import type { Credentials } from './reply.ts';

/** By how much the clocks of servers that share the work may differ, in ms. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Renews access tokens: one attempt at a time for each refresh token, whoever asks. Its result is given to late callers as
 * well, because those who still come with the old cookie are many: parallel requests, and every server component, which
 * cannot write a cookie at all.
 */
export class Refreshes {
  readonly #grants: Grants;
  readonly #client: GoogleClient;
  readonly #refreshBeforeMs: number;

  constructor(client: GoogleClient, refreshBeforeMs: number) {
    this.#grants = new Grants(client);
    this.#client = client;
    this.#refreshBeforeMs = refreshBeforeMs;
  }

  /**
   * The tokens to go on with: the ones held, or newer ones; or why there are none. They are renewed when it is time, or when
   * the API has `refused` their access token, which need not be the one that is held: a page may have it from a server component,
   * which could not write the cookie. While Google cannot be asked, they stay as they are.
   */
  async current(held: Credentials, refused: string | undefined): Promise<Credentials | SessionError | 'signed_out'> {
    const { refreshToken, accessToken } = held;
    if (this.#grants.isSignedOut(refreshToken)) return 'signed_out';
    const known = this.#grants.find(refreshToken);
    if (known?.ending !== undefined) return known.ending;
    const newest = known?.newerThan(held);
    if (newest !== undefined) return this.current(newest, refused);
    const isRefused = refused === accessToken;
    if (!isRefused && !isDue(held)) return held;
    const grant = known ?? this.#grants.add(refreshToken);
    await grant.renew(held, isRefused, () => refreshAtGoogle(this.#client, refreshToken, this.#refreshBeforeMs));
    if (this.#grants.isSignedOut(refreshToken)) return 'signed_out';
    return grant.ending ?? grant.newerThan(held) ?? held;
  }
}

/** Tokens from the future are due as well: the clock was set back, and by it they would seem to live long after their end. */
function isDue({ issuedAt, refreshAt }: Credentials): boolean {
  const now = Date.now();
  return now >= refreshAt || now < issuedAt - CLOCK_TOLERANCE_MS;
}
