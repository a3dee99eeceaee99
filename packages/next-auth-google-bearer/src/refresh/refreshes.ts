import type { GoogleClient } from '../options.ts';
import { refreshAtGoogle } from './google.ts';
import { type Grant, Grants } from './grants.ts';
import type { Credentials } from './reply.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Access tokens of one grant that are known to be replaced. */
const MAX_REPLACED = 8;
/** Refused tokens that are renewed at once; an API that refuses every one of them is no reason to ask Google without end. */
const FORCED_AT_ONCE = 5;
/** After so long without a refused token, all is forgotten. */
const FORGIVEN_AFTER_MS = 300_000;

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
  async current(held: Credentials, refused: string | undefined): Promise<Credentials | NonNullable<Grant['ending']>> {
    const grant = this.#grants.of(held.refreshToken);
    if (grant.ending !== undefined) return grant.ending;
    const newest = newerThan(held, grant);
    if (newest !== undefined) return this.current(newest, refused);
    const isRefused = refused === held.accessToken;
    const now = Date.now();
    if (!isRefused && now < held.refreshAt) return held;
    if (grant.running === undefined) {
      if (now < grant.retryAt || (isRefused && !mayForce(grant, now))) return held;
      grant.running = this.#refresh(grant, held).finally(() => {
        grant.running = undefined;
      });
    }
    await grant.running;
    return grant.ending ?? newerThan(held, grant) ?? held;
  }

  async #refresh(grant: Grant, held: Credentials): Promise<void> {
    const outcome = await refreshAtGoogle(this.#client, held.refreshToken, this.#refreshBeforeMs);
    if ('retryAfterMs' in outcome) {
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** grant.failures, LONGEST_PAUSE_MS);
      grant.failures += 1;
      // Up to half more, so that the many who failed together do not come back together.
      grant.retryAt = Date.now() + Math.max(pauseMs * (1 + Math.random() / 2), outcome.retryAfterMs ?? 0);
    } else if ('error' in outcome) {
      grant.ending ??= outcome.error;
    } else {
      grant.failures = 0;
      grant.newest = outcome.credentials;
      grant.replaced = [...grant.replaced, held.accessToken].slice(-MAX_REPLACED);
    }
  }
}

/**
 * What has taken the place of these tokens. Google may hand out the same access token again: with the same times as well, there is
 * nothing newer to follow.
 */
function newerThan(held: Credentials, { newest, replaced }: Grant): Credentials | undefined {
  if (newest === undefined || !replaced.includes(held.accessToken)) return undefined;
  const isSame =
    newest.accessToken === held.accessToken &&
    newest.refreshToken === held.refreshToken &&
    newest.expiresAt === held.expiresAt;
  return isSame ? undefined : newest;
}

/** Whether a refused token may be renewed now, which counts as one attempt. */
function mayForce(grant: Grant, now: number): boolean {
  if (now - grant.forcedAt > FORGIVEN_AFTER_MS) grant.forced = 0;
  const pauseMs = FIRST_PAUSE_MS * 2 ** (grant.forced - FORCED_AT_ONCE);
  if (grant.forced >= FORCED_AT_ONCE && now - grant.forcedAt < Math.min(pauseMs, LONGEST_PAUSE_MS)) return false;
  grant.forced += 1;
  grant.forcedAt = now;
  return true;
}
