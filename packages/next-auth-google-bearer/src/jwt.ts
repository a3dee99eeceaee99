import type { Account } from 'next-auth';
import type { JWT } from 'next-auth/jwt';
import { type ClientOptions, type RefreshOptions, readClient, readRefreshBeforeMs } from './options.ts';
import { Grants } from './refresh/grants.ts';
import { Refreshes } from './refresh/refreshes.ts';
import type { Credentials } from './refresh/reply.ts';
import type { JwtCallback, SessionError, SignOutEvent } from './types.ts';

/**
 * NextAuth's `jwt` callback: keeps the tokens of the sign-in in the encrypted cookie, and renews the access token through
 * google-auth-library from 10 minutes before its expiry on. A refresh token that Google sends along replaces the old one.
 * Errors that are final end up in `token.error` (see {@link SessionError}); during an outage the session stays as it is.
 *
 * With `update({ refusedAccessToken })`, as `useApiFetch` calls it, an access token that the API refuses is renewed at once.
 *
 * It throws for a session that its user has ended meanwhile, upon which NextAuth takes the cookie back.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function jwtCallback(options: RefreshOptions): JwtCallback {
  const refreshBeforeMs = readRefreshBeforeMs(options.refreshBeforeMs);
  const client = readClient(options);
  const grants = new Grants(client);
  const refreshes = new Refreshes(client, refreshBeforeMs);
  return async ({ token, account, trigger, session }) => {
    if (account) {
      const signedIn = withAccount(token, account, refreshBeforeMs);
      if (signedIn.refreshToken !== undefined) grants.begin(signedIn.refreshToken);
      return signedIn;
    }
    if (token.error !== undefined) return token;
    const held = credentialsOf(token);
    if (held === undefined) return withoutRefresh(token);
    const current = await refreshes.current(held, trigger === 'update' ? refusedToken(session) : undefined);
    if (current === 'signed_out') throw new Error('this session was ended by signing out');
    return typeof current === 'string' ? withError(token, current) : withCredentials(token, current);
  };
}

/**
 * NextAuth's `signOut` event, which belongs to {@link jwtCallback}: an answer that is under way while somebody signs out would
 * set the session cookie again.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function signOutEvent(options: ClientOptions): SignOutEvent {
  const grants = new Grants(readClient(options));
  return ({ token }) => {
    if (token?.refreshToken !== undefined) grants.end(token.refreshToken);
  };
}

/** What a sign-in leaves in the cookie. The ID token is left out: nobody needs it, and a second chunk is soon reached. */
function withAccount(token: JWT, account: Account, refreshBeforeMs: number): JWT {
  const { name, email, picture, sub } = token;
  // NextAuth counts in seconds. Without a time, the token is renewed at once, which tells it.
  const expiresAt = (account.expires_at ?? 0) * 1000;
  return {
    name: name ?? null,
    email: email ?? null,
    picture: picture ?? null,
    ...(sub !== undefined && { sub }),
    ...(account.access_token !== undefined && { accessToken: account.access_token }),
    accessTokenExpiresAt: expiresAt,
    accessTokenRefreshAt: expiresAt - refreshBeforeMs,
    ...(account.refresh_token !== undefined && { refreshToken: account.refresh_token }),
  };
}

function credentialsOf({
  accessToken,
  accessTokenExpiresAt,
  accessTokenRefreshAt,
  refreshToken,
}: JWT): Credentials | undefined {
  if (accessToken === undefined || refreshToken === undefined) return undefined;
  return {
    accessToken,
    expiresAt: accessTokenExpiresAt ?? 0,
    refreshAt: accessTokenRefreshAt ?? 0,
    refreshToken,
  };
}

/** Without a refresh token an access token lasts as long as it lasts. */
function withoutRefresh(token: JWT): JWT {
  const { accessToken, accessTokenExpiresAt = 0 } = token;
  return accessToken !== undefined && Date.now() < accessTokenExpiresAt ? token : withError(token, 'no_refresh_token');
}

function withCredentials(token: JWT, { accessToken, expiresAt, refreshAt, refreshToken }: Credentials): JWT {
  return { ...token, accessToken, accessTokenExpiresAt: expiresAt, accessTokenRefreshAt: refreshAt, refreshToken };
}

/** Tokens that are over are kept nowhere. */
function withError(token: JWT, error: SessionError): JWT {
  const { accessToken, accessTokenExpiresAt, accessTokenRefreshAt, refreshToken, ...rest } = token;
  return { ...rest, error };
}

/** What the page has sent to `update` may be anything at all. */
function refusedToken(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('refusedAccessToken' in data)) return undefined;
  return typeof data.refusedAccessToken === 'string' ? data.refusedAccessToken : undefined;
}
