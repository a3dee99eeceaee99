import { setTimeout as sleep } from 'node:timers/promises';
import type { Account, User } from 'next-auth';
import { nextAuthPath } from './env.ts';
import { subjectOf } from './jwt-content.ts';
import { report } from './logger.ts';
import { type GoogleClient, readClientIfGiven, readStoreUrl, type SignInOptions } from './options.ts';
import { refreshAtGoogle } from './refresh/google.ts';
import { REVOKED_PAUSE_MS } from './revoked-pause.ts';
import type { SignInCallback } from './types.ts';

/** How long the API may take to store the user, in ms. */
const API_TIMEOUT_MS = 10_000;

/** The `error` that NextAuth's error page is called with when the API cannot be asked. */
const API_UNAVAILABLE = 'ApiUnavailable';

/**
 * NextAuth's `signIn` callback: stores the user by `POST {apiUrl}/api/user`, with the access token as Bearer. If that fails, the
 * sign-in fails. When the API refuses (4xx), NextAuth shows its error `AccessDenied`. When the API cannot be reached, is too slow or
 * fails (5xx, 429), NextAuth shows `ApiUnavailable`, because an outage says nothing about the user. A sign-in with another provider
 * than Google passes.
 *
 * When the API answers `ERR_TOKEN_REVOKED`, the callback waits for 4 seconds, renews the access token and tries once more, so that a user
 * who has just signed out everywhere can sign in again. It renews only with `clientId` and `clientSecret`.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function signInCallback(options: SignInOptions): SignInCallback {
  const url = readStoreUrl(options);
  const client = readClientIfGiven(options);
  return async ({ user, account, profile }) => {
    if (account !== null && account.provider !== 'google') return true;
    if (account?.access_token === undefined) {
      report('SIGN_IN_REFUSED', 'the sign-in brought no access token');
      return false;
    }
    if (url === undefined) return true;
    const store = storing(url, account, { ...user, id: subjectOf(account, profile) });
    try {
      let refusal = await store();
      if (refusal?.code === 'ERR_TOKEN_REVOKED') {
        await sleep(REVOKED_PAUSE_MS);
        if (client !== undefined && (await renew(account, client)) === 'outage') {
          report(
            'SIGN_IN_NOT_RENEWED',
            'the API had revoked the access token, and Google could not be asked for another one',
          );
          return unavailablePage();
        }
        refusal = await store();
      }
      if (refusal === undefined) return true;
      const { status, code } = refusal;
      const { pathname } = new URL(url);
      report(
        'SIGN_IN_REFUSED',
        `POST ${pathname}: the API answered ${[status, code].join(' ').trim()}${hintFor(refusal)}`,
      );
      return status >= 500 || status === 429 || status === 408 ? unavailablePage() : false;
    } catch {
      const { host, pathname } = new URL(url);
      report(
        'SIGN_IN_API_UNAVAILABLE',
        `POST ${pathname}: the API at ${host} could not be reached, or was too slow, or redirected. Does it run there? Is apiUrl right?`,
      );
      return unavailablePage();
    }
  };
}

/** NextAuth hands the same account to the `jwt` callback and to an adapter: they have to keep the token that the API has accepted. */
async function renew(account: Account, client: GoogleClient): Promise<'outage' | undefined> {
  if (account.refresh_token === undefined) return undefined;
  const outcome = await refreshAtGoogle(client, account.refresh_token, 0);
  if ('failure' in outcome) return 'outage';
  if ('error' in outcome) return undefined;
  const { accessToken, expiresAt, refreshToken } = outcome.credentials;
  account.access_token = accessToken;
  account.expires_at = Math.floor(expiresAt / 1000);
  account.refresh_token = refreshToken;
  return undefined;
}

/** The API's answer when it has not stored the user. */
interface Refusal {
  readonly status: number;
  /** The code in its body, e.g. ERR_TOKEN_AUDIENCE: what a developer has to know. */
  readonly code: string | undefined;
}

/** What to look at, for the developer who reads the log. */
function hintFor({ status, code }: Refusal): string {
  if (status === 404 || status === 405)
    return '. Does the API have this route? The option storeUser names another one, or none (false)';
  if (code === 'ERR_TOKEN_AUDIENCE')
    return '. Page and API need the same GOOGLE_CLIENT_ID; the log of the API names both';
  if (code === 'ERR_TOKEN_REVOKED') return '. The user is blocked, or was signed out everywhere a moment ago';
  if (status === 401) return '. Does the API ask the same Google (endpoints, GOOGLE_EMULATOR_URL) about the token?';
  if (status === 403) return '. The log of the API says whom it lets in';
  if (status === 400 || status === 415 || status === 422) return '. The route gets JSON: { id, name, email, image }';
  return status >= 500 ? '. The log of the API says why' : '';
}

/** Stores a user, each time with the access token that the account has by then. */
function storing(url: string, account: Account, user: User): () => Promise<Refusal | undefined> {
  const { id, name, email, image } = user;
  return async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${account.access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id, name, email, image }),
      cache: 'no-store',
      // The token is meant for this API, not for wherever it points to.
      redirect: 'error',
      signal: AbortSignal.timeout(API_TIMEOUT_MS),
    });
    if (!response.ok) return { status: response.status, code: await codeOf(response) };
    await response.body?.cancel();
    return undefined;
  };
}

function unavailablePage(): string {
  return `${nextAuthPath()}/error?error=${API_UNAVAILABLE}`;
}

async function codeOf(response: Response): Promise<string | undefined> {
  try {
    const body: unknown = await response.json();
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
    return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
