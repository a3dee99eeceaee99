import type { NextAuthOptions } from 'next-auth';
import type { JWT } from 'next-auth/jwt';

/**
 * Why a session has no access token any more. Only signing in again clears it.
 *
 * - `invalid_grant`: Google has ended this application's access: the user took it back, or the refresh token expired
 *   (RFC 6749 §5.2).
 * - `no_refresh_token`: the access token is over and none to renew it was ever given.
 */
export type SessionError = 'invalid_grant' | 'no_refresh_token';

declare module 'next-auth' {
  interface Session {
    /** What to send to the API as `Authorization: Bearer`. Missing when {@link Session.error} is there. */
    accessToken?: string;
    /** When Google lets the access token die, in ms since 1970. */
    accessTokenExpiresAt?: number;
    /** From when on reading the session renews the access token, in ms since 1970. */
    accessTokenRefreshAt?: number;
    /**
     * When the server read this session, in ms since 1970. By it `GoogleSessionProvider` finds out that a device's clock is wrong, and gives
     * all times by that clock.
     */
    readAt?: number;
    /** Why there is no access token any more. */
    error?: SessionError;
    /** Whose session it is: Google's stable id of the user (`sub`). Addresses change hands, this does not. */
    subject?: string;
  }
}

declare module 'next-auth/jwt' {
  /** The content of the encrypted session cookie. */
  interface JWT {
    /** Google's stable id of the user, also where `sub` is an adapter's. */
    googleSubject?: string;
    accessToken?: string;
    /** When it came, in ms since 1970. */
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
