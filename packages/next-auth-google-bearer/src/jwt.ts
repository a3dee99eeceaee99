import type { JWT } from 'next-auth/jwt';
import { credentialsIn, isGoogles, signedIn, withCredentials, withError } from './jwt-content.ts';
import { warnOnce } from './logger.ts';
import { type ClientOptions, type RefreshOptions, readClient, readRefreshBeforeMs } from './options.ts';
import { Grants } from './refresh/grants.ts';
import { Refreshes } from './refresh/refreshes.ts';
import type { JwtCallback, SignOutEvent } from './types.ts';

const NO_REFRESH_TOKEN =
  'Google sent no refresh token, so this session ends with its access token: a sign-in with a `prompt` of its own has to ask for ' +
  'consent as well, as in `select_account consent`';

/**
 * NextAuth's `jwt` callback: keeps the tokens of the sign-in in the encrypted cookie. From 10 minutes before the access token
 * expires, it renews the token through google-auth-library. If Google sends a new refresh token, it replaces the old one.
 * A final error is kept in `token.error` (see `SessionError`). During an outage, or while Google does not accept this
 * application, the session stays as it is. A session of another provider is not changed.
 *
 * `useApiFetch` calls `update({ refusedAccessToken })` when the API has refused an access token. The token is then renewed at once.
 *
 * It throws if the user has signed out of this session meanwhile. NextAuth then deletes the cookie.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function jwtCallback(options: RefreshOptions): JwtCallback {
  const refreshBeforeMs = readRefreshBeforeMs(options.refreshBeforeMs);
  const client = readClient(options);
  const grants = new Grants(client);
  const refreshes = new Refreshes(client, refreshBeforeMs);
  return async ({ token, account, profile, trigger, session }) => {
    if (account) {
      if (account.provider !== 'google') return token;
      const { refresh_token: refreshToken, access_token: accessToken } = account;
      if (refreshToken === undefined) warnOnce('NO_REFRESH_TOKEN', NO_REFRESH_TOKEN);
      const tokenOfSession = refreshToken ?? accessToken;
      if (tokenOfSession !== undefined) grants.begin(tokenOfSession);
      return signedIn(token, account, profile, refreshBeforeMs);
    }
    if (!isGoogles(token) || token.error !== undefined) return token;
    const held = credentialsIn(token);
    if (held === undefined) {
      if (token.accessToken !== undefined && grants.isSignedOut(token.accessToken)) throw signedOut();
      return withoutRefresh(token);
    }
    const current = await refreshes.current(held, trigger === 'update' ? refusedToken(session) : undefined);
    if (current === 'signed_out') throw signedOut();
    return typeof current === 'string' ? withError(token, current) : withCredentials(token, current);
  };
}

/**
 * NextAuth's `signOut` event. {@link jwtCallback} needs it: without it, a response that is still on its way during a sign-out
 * would set the session cookie again.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function signOutEvent(options: ClientOptions): SignOutEvent {
  const grants = new Grants(readClient(options));
  return ({ token }) => {
    if (!token || !isGoogles(token)) return;
    const tokenOfSession = token.refreshToken ?? token.accessToken;
    if (tokenOfSession !== undefined) grants.end(tokenOfSession);
  };
}

function signedOut(): Error {
  return new Error('this session was ended by signing out');
}

/** Without a refresh token, an access token cannot be renewed: it is used until it expires. */
function withoutRefresh(token: JWT): JWT {
  const { accessToken, accessTokenExpiresAt = 0 } = token;
  return accessToken !== undefined && Date.now() < accessTokenExpiresAt ? token : withError(token, 'no_refresh_token');
}

/** The page may send anything to `update`, so it is checked here. */
function refusedToken(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('refusedAccessToken' in data)) return undefined;
  return typeof data.refusedAccessToken === 'string' ? data.refusedAccessToken : undefined;
}
