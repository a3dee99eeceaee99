import { answerIn, oauthClient } from '../oauth-client.ts';
import type { GoogleClient } from '../options.ts';
import { type RefreshOutcome, readRefusal, refreshTime } from './reply.ts';

const UNKNOWN: RefreshOutcome = { retryAfterMs: undefined };

/** Asks Google for a new access token, once: {@link Refreshes} tries again later. Never throws. */
export async function refreshAtGoogle(
  client: GoogleClient,
  refreshToken: string,
  refreshBeforeMs: number,
): Promise<RefreshOutcome> {
  // The library puts the old refresh token in the place of a new one; only its event still shows what Google sent.
  let newRefreshToken: string | undefined;
  try {
    const endpoints = { oauth2TokenUrl: client.tokenUrl };
    const oauth = await oauthClient({ clientId: client.id, clientSecret: client.secret, endpoints }, 0);
    oauth.on('tokens', ({ refresh_token }) => {
      newRefreshToken = refresh_token || undefined;
    });
    oauth.setCredentials({ refresh_token: refreshToken });
    const { access_token: accessToken, expiry_date: expiresAt } = (await oauth.refreshAccessToken()).credentials;
    const now = Date.now();
    // A 200 without a token that lives is nonsense, not an answer.
    if (typeof accessToken !== 'string' || accessToken === '' || !(Number(expiresAt) > now)) return UNKNOWN;
    const lifeMs = Number(expiresAt) - now;
    return {
      credentials: {
        accessToken,
        expiresAt: now + lifeMs,
        refreshAt: refreshTime(now, lifeMs, refreshBeforeMs),
        refreshToken: newRefreshToken ?? refreshToken,
      },
    };
  } catch (error) {
    const answer = answerIn(error);
    return answer === undefined ? UNKNOWN : readRefusal(answer.status, answer.body, answer.retryAfter);
  }
}
