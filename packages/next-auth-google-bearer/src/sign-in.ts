import type { Account } from 'next-auth';
import { nextAuthPath } from './env.ts';
import { report } from './logger.ts';
import type { ApiOptions } from './options.ts';
import { secureBaseUrl } from './secure-url.ts';
import type { SignInCallback } from './types.ts';

/** How long the API may take to store the user, in ms. */
const API_TIMEOUT_MS = 10_000;

/** The `error` that NextAuth's error page is called with when the API cannot be asked. */
const API_UNAVAILABLE = 'ApiUnavailable';

/**
 * NextAuth's `signIn` callback: stores the user by `POST {apiUrl}/api/user`, with the access token as Bearer, and lets
 * nobody in for whom that fails. When the API refuses (4xx), NextAuth shows its error `AccessDenied`; when it cannot be
 * reached, is too slow or fails (5xx, 429), the error `ApiUnavailable`: an outage says nothing about the user.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function signInCallback(options: ApiOptions): SignInCallback {
  const url = `${secureBaseUrl('apiUrl', options.apiUrl)}/api/user`;
  return async ({ user, account }) => {
    const accessToken = accessTokenOf(account);
    if (accessToken === undefined) return false;
    const { id, name, email, image } = user;
    let response: Response;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id, name, email, image }),
        cache: 'no-store',
        // The token is meant for this API, not for wherever it points to.
        redirect: 'error',
        signal: AbortSignal.timeout(API_TIMEOUT_MS),
      });
    } catch {
      report('SIGN_IN_API_UNAVAILABLE', 'the API could not be reached, or was too slow, or redirected');
      return unavailablePage();
    }
    if (response.ok) {
      await response.body?.cancel();
      return true;
    }
    const { status } = response;
    report('SIGN_IN_REFUSED', `the API answered ${status}${await codeOf(response)}`);
    return status >= 500 || status === 429 || status === 408 ? unavailablePage() : false;
  };
}

function unavailablePage(): string {
  return `${nextAuthPath()}/error?error=${API_UNAVAILABLE}`;
}

function accessTokenOf(account: Account | null): string | undefined {
  return account?.provider === 'google' ? account.access_token : undefined;
}

/** The code in an error body of the API, e.g. ERR_TOKEN_AUDIENCE: what a developer has to know. */
async function codeOf(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
    return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? ` ${code}` : '';
  } catch {
    return '';
  }
}
