import type { NextRequest } from 'next/server.js';
import { type GetTokenParams, getToken } from 'next-auth/jwt';
import { isGoogles, subjectIn } from './jwt-content.ts';
import { report } from './logger.ts';
import { answerIn, oauthClient } from './oauth-client.ts';
import { type ClientOptions, type GoogleClient, readClient } from './options.ts';
import { Grants } from './refresh/grants.ts';

const RETRY_AFTER_S = '5';

/** What {@link grantHandler} takes. */
export interface GrantOptions extends ClientOptions {
  /** As NextAuth's option. Default: `NEXTAUTH_SECRET`. */
  readonly secret?: string | undefined;
  /** The name of the session cookie, if it is not NextAuth's own. */
  readonly cookieName?: string | undefined;
}

/** Answers a request to end the grant. */
export type GrantHandler = (request: NextRequest) => Promise<Response>;

/**
 * A route handler (App Router) for `DELETE` that ends this application's access to the Google account of whoever is signed
 * in: every refresh and access token of all the project's clients, on every device
 * (https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke). Without it, sessions on other devices would
 * simply refresh. Sign out afterwards.
 *
 * It answers 204; 401 when nobody is signed in; 503 when Google cannot be asked, and then nothing has changed. Send the body
 * `{ "subject": "…" }` with the page's `session.subject`: it then answers 409 if another account has signed in meanwhile.
 *
 * Other sites cannot call it: a browser sends a CORS preflight before a `DELETE` to another origin, and names its origin.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function grantHandler(options: GrantOptions): GrantHandler {
  const { secret, cookieName } = options;
  const client = readClient(options);
  return async (request) => {
    if (!['same-origin', null].includes(request.headers.get('sec-fetch-site'))) return answer(403);
    const params: GetTokenParams = { req: request };
    if (secret !== undefined) params.secret = secret;
    if (cookieName !== undefined) params.cookieName = cookieName;
    // Which name the cookie has, NextAuth decides by the URL it finds; its `getToken` by another rule.
    const token =
      (await getToken({ ...params, secureCookie: true })) ?? (await getToken({ ...params, secureCookie: false }));
    if (token === null || !isGoogles(token)) return answer(401);
    const shown = await shownSubject(request);
    if (shown !== undefined && shown !== subjectIn(token)) return answer(409);
    const ended = token.refreshToken ?? token.accessToken;
    if (ended === undefined) return answer(401);
    return answer(await endAtGoogle(client, new Grants(client).newestRefreshToken(ended)));
  };
}

async function endAtGoogle({ revokeUrl }: GoogleClient, token: string): Promise<204 | 503> {
  try {
    await (await oauthClient(revokeUrl, { endpoints: { oauth2RevokeUrl: revokeUrl } }, 1)).revokeToken(token);
    return 204;
  } catch (error) {
    const reply = answerIn(error);
    // It is over already, which is what was asked for. Any other 400 says nothing of the kind.
    if (reply?.status === 400 && isInvalidToken(reply.body)) return 204;
    report('GRANT_NOT_ENDED', reply === undefined ? 'Google could not be reached' : `Google answered ${reply.status}`);
    return 503;
  }
}

function isInvalidToken(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'error' in body && body.error === 'invalid_token';
}

async function shownSubject(request: NextRequest): Promise<unknown> {
  try {
    const body: unknown = await request.json();
    return typeof body === 'object' && body !== null && 'subject' in body ? body.subject : undefined;
  } catch {
    return undefined;
  }
}

function answer(status: 204 | 401 | 403 | 409 | 503): Response {
  return new Response(null, {
    status,
    headers: { 'cache-control': 'no-store', ...(status === 503 && { 'retry-after': RETRY_AFTER_S }) },
  });
}
