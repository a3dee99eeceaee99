import type { Account, Profile } from 'next-auth';
import type { JWT } from 'next-auth/jwt';
import type { Credentials } from './refresh/reply.ts';
import type { SessionError } from './types.ts';

/** What a sign-in leaves in the cookie. The ID token is left out: nobody needs it, and a second chunk is soon reached. */
export function signedIn(token: JWT, account: Account, profile: Profile | undefined, refreshBeforeMs: number): JWT {
  const { name, email, picture, sub } = token;
  const now = Date.now();
  // NextAuth counts in seconds. Without a time, the token is renewed at once, which tells it.
  const expiresAt = (account.expires_at ?? 0) * 1000;
  return {
    name: name ?? null,
    email: email ?? null,
    picture: picture ?? null,
    ...(sub !== undefined && { sub }),
    googleSubject: subjectOf(account, profile),
    ...(account.access_token !== undefined && { accessToken: account.access_token }),
    accessTokenIssuedAt: now,
    accessTokenExpiresAt: expiresAt,
    accessTokenRefreshAt: expiresAt - refreshBeforeMs,
    ...(account.refresh_token !== undefined && { refreshToken: account.refresh_token }),
  };
}

/**
 * Google's own id of who signs in. With an adapter, `user.id` and `token.sub` are the database's; with a `profile()` of the app's own,
 * `providerAccountId` is whatever that makes of it.
 */
export function subjectOf(account: Account, profile: Profile | undefined): string {
  return profile?.sub ?? account.providerAccountId;
}

/** Google's own ids of users. */
const GOOGLE_SUBJECT = /^1\d{20}$/;

/**
 * Whether this is the session of a sign-in with Google, which leaves its marks. What an app keeps in the session of another provider, maybe
 * under the same natural names, must not be sent to Google, to the API or to the page. So natural names alone, as in a cookie that a test
 * has made, count only for a user of Google's, or for nobody.
 */
export function isGoogles(token: JWT): boolean {
  const { googleSubject, accessTokenRefreshAt, accessTokenExpiresAt, accessToken, error, sub, name, email } = token;
  if (googleSubject !== undefined || accessTokenRefreshAt !== undefined) return true;
  const hasNaturalNames = accessTokenExpiresAt !== undefined || (error !== undefined && accessToken === undefined);
  const namesNobody = sub === undefined && !name && !email;
  return hasNaturalNames && (namesNobody || (sub !== undefined && GOOGLE_SUBJECT.test(sub)));
}

/** Whose session it is, if it is one of Google's. */
export function subjectIn(token: JWT): string | undefined {
  return isGoogles(token) ? (token.googleSubject ?? token.sub) : undefined;
}

/** The tokens in a cookie; undefined when there are none that could be renewed. */
export function credentialsIn(token: JWT): Credentials | undefined {
  const { accessToken, accessTokenIssuedAt, accessTokenExpiresAt, accessTokenRefreshAt, refreshToken } = token;
  if (accessToken === undefined || refreshToken === undefined) return undefined;
  return {
    accessToken,
    issuedAt: accessTokenIssuedAt ?? 0,
    expiresAt: accessTokenExpiresAt ?? 0,
    refreshAt: accessTokenRefreshAt ?? 0,
    refreshToken,
  };
}

export function withCredentials(token: JWT, credentials: Credentials): JWT {
  const { accessToken, issuedAt, expiresAt, refreshAt, refreshToken } = credentials;
  return {
    ...token,
    accessToken,
    accessTokenIssuedAt: issuedAt,
    accessTokenExpiresAt: expiresAt,
    accessTokenRefreshAt: refreshAt,
    refreshToken,
  };
}

/** Tokens that are over are kept nowhere. */
export function withError(token: JWT, error: SessionError): JWT {
  const { accessToken, accessTokenIssuedAt, accessTokenExpiresAt, accessTokenRefreshAt, refreshToken, ...rest } = token;
  return { ...rest, error };
}
