import { isGoogles, subjectIn } from './jwt-content.ts';
import type { ClientOptions } from './options.ts';
import type { SessionCallback } from './types.ts';

/**
 * NextAuth's `session` callback. It gives the page the access token and its times, or the reason why there is no token, and the
 * server's time. The refresh token stays in the cookie. A session of another provider is not changed.
 *
 * @param _options the same as for the other callbacks; this one does not use them
 */
export function sessionCallback(_options?: ClientOptions): SessionCallback {
  return ({ session, token }) => {
    // With database sessions there is no token at all.
    if (!token || !isGoogles(token)) return session;
    const { accessToken, accessTokenExpiresAt, accessTokenRefreshAt, error } = token;
    const subject = subjectIn(token);
    return {
      ...session,
      readAt: Date.now(),
      ...(accessToken !== undefined && { accessToken }),
      ...(accessTokenExpiresAt !== undefined && { accessTokenExpiresAt }),
      ...(accessTokenRefreshAt !== undefined && { accessTokenRefreshAt }),
      ...(error !== undefined && { error }),
      ...(subject !== undefined && { subject }),
    };
  };
}
