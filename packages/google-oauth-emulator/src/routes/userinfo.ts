import { oauthError } from '../google-errors.ts';
import { type Answer, json } from '../http/answer.ts';
import { presentedToken } from '../http/presented-token.ts';
import type { EmulatorRequest } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { profileClaims } from '../id-token.ts';
import type { State } from '../state.ts';

const CHALLENGE = 'Bearer realm="https://accounts.google.com/", error="invalid_token"';

/** Claims about the person: OpenID Connect Core 1.0, section 5.3; the token must have the `openid` scope. */
export const userinfoRoutes: readonly Route[] = ['/v1/userinfo', '/oauth2/v3/userinfo'].flatMap((path): Route[] => [
  { method: 'GET', path, handle: userinfo },
  { method: 'POST', path, handle: userinfo },
]);

function userinfo(request: EmulatorRequest, state: State): Answer {
  const presented = presentedToken(request, ['access_token']);
  const token = presented === undefined ? undefined : state.tokens.liveAccess(presented.value);
  if (token?.holder.kind !== 'user' || !token.scopes.includes('openid')) {
    throw oauthError(401, 'invalid_request', 'Invalid Credentials', { 'www-authenticate': CHALLENGE });
  }
  const { user } = token.holder;
  return json(200, { sub: user.sub, ...profileClaims(user, token.scopes, state.url) });
}
