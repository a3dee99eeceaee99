import type { NextAuthOptions } from 'next-auth';
import type { JWT } from 'next-auth/jwt';

/**
 * Why a session has no access token any more. Only signing in again clears it.
 *
 * - `invalid_grant`: the refresh token no longer works: the user took the access back, or the refresh token expired
 *   (RFC 6749 §5.2).
 * - `no_refresh_token`: the access token has expired, and Google never gave a refresh token.
 */
export type SessionError = 'invalid_grant' | 'no_refresh_token';

declare module 'next-auth' {
  interface Session {
    /** Send it to the API as `Authorization: Bearer`. Missing when {@link Session.error} is set. */
    accessToken?: string;
    /** When the access token expires, in ms since 1970. */
    accessTokenExpiresAt?: number;
    /** From this time on, in ms since 1970, reading the session renews the access token. */
    accessTokenRefreshAt?: number;
    /**
     * When the server read this session, in ms since 1970. `GoogleSessionProvider` uses it to find out that a device's clock is wrong. It
     * then gives all times by the device's clock.
     */
    readAt?: number;
    /** Why there is no access token any more. */
    error?: SessionError;
    /** Google's stable id of the user (`sub`). An e-mail address can pass to another person, a `sub` cannot. */
    subject?: string;
  }
}

declare module 'next-auth/jwt' {
  /** The content of the encrypted session cookie. */
  interface JWT {
    /** Google's stable id of the user. With an adapter, `sub` is the adapter's id. */
    googleSubject?: string;
    accessToken?: string;
    /** When Google gave the access token, in ms since 1970. */
    accessTokenIssuedAt?: number;
    /** In ms since 1970. */
    accessTokenExpiresAt?: number;
    /** In ms since 1970. */
    accessTokenRefreshAt?: number;
    /** Never leaves the cookie. */
    refreshToken?: string;
    error?: SessionError;
  }
}

type Callbacks = NonNullable<NextAuthOptions['callbacks']>;

/** NextAuth's `signIn` callback. */
export type SignInCallback = NonNullable<Callbacks['signIn']>;
/** NextAuth's `jwt` callback. */
export type JwtCallback = NonNullable<Callbacks['jwt']>;
/** NextAuth's `signOut` event. */
export type SignOutEvent = (message: { token: JWT | null }) => void;
/** NextAuth's `session` callback. */
export type SessionCallback = NonNullable<Callbacks['session']>;
