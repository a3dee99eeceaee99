import { report } from '../logger.ts';
import { answerIn, oauthClient } from '../oauth-client.ts';
import type { GoogleClient } from '../options.ts';
import { Pause } from '../pause.ts';
import { type RefreshOutcome, readRefusal, refreshTime } from './reply.ts';

const UNKNOWN: RefreshOutcome = { failure: 'outage' };

/** Asks Google for a new access token, once: {@link Refreshes} tries again later. Never throws. */
export async function refreshAtGoogle(
  client: GoogleClient,
  refreshToken: string,
  refreshBeforeMs: number,
): Promise<RefreshOutcome> {
  // The library puts the old refresh token in the place of a new one; only its event still shows what Google sent.
  let newRefreshToken: string | undefined;
  try {
    const { id: clientId, secret: clientSecret, tokenUrl } = client;
    const endpoints = { oauth2TokenUrl: tokenUrl };
    const oauth = await oauthClient(tokenUrl, { clientId, clientSecret, endpoints }, 0);
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
        issuedAt: now,
        expiresAt: now + lifeMs,
        refreshAt: refreshTime(now, lifeMs, refreshBeforeMs),
        refreshToken: newRefreshToken ?? refreshToken,
      },
    };
  } catch (error) {
    const answer = answerIn(error);
    if (answer === undefined) return UNKNOWN;
    const outcome = readRefusal(answer.status, answer.body, answer.retryAfter);
    if ('failure' in outcome && outcome.failure === 'application') tellOperator(answer.status);
    return outcome;
  }
}

/** For all sessions together: with a wrong secret, every one of them fails. */
const SILENCE_MS = 60_000;
const silence = new Pause();

function tellOperator(status: number): void {
  if (!silence.isOver) return;
  silence.begin(SILENCE_MS);
  report(
    'REFRESH_REFUSED',
    `Google answered ${status}: it does not accept clientId and clientSecret, or the request (was GOOGLE_CLIENT_SECRET replaced?)`,
  );
}
