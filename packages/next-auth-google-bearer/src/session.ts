import type { SessionCallback } from './types.ts';

/**
 * NextAuth's `session` callback: gives the page the access token and its times, or the reason why there is none, and the
 * time by which to read them. The refresh token stays in the cookie.
 */
export const sessionCallback: SessionCallback = ({ session, token }) => {
  const { accessToken, accessTokenExpiresAt, accessTokenRefreshAt, error, sub } = token;
  return {
    ...session,
    readAt: Date.now(),
    ...(accessToken !== undefined && { accessToken }),
    ...(accessTokenExpiresAt !== undefined && { accessTokenExpiresAt }),
    ...(accessTokenRefreshAt !== undefined && { accessTokenRefreshAt }),
    ...(error !== undefined && { error }),
    ...(sub !== undefined && { subject: sub }),
  };
};
