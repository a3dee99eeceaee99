import { apiErrorBody, oauthError } from '../google-errors.ts';
import { type Answer, json, Refusal } from '../http/answer.ts';
import { presentedToken } from '../http/presented-token.ts';
import type { EmulatorRequest } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { profileClaims } from '../id-token.ts';
import type { User } from '../people.ts';
import { isIdentityScope } from '../scopes.ts';
import type { State } from '../state.ts';

const CHALLENGE = { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' };

interface Dialect {
  readonly path: string;
  readonly methods: readonly Route['method'][];
  /** Whether a token with these scopes may ask. */
  readonly suffices: (scopes: readonly string[]) => boolean;
  readonly describe: (user: User, scopes: readonly string[], issuer: string) => Record<string, unknown>;
  readonly refuse: () => Refusal;
}

const hasIdentity = (scopes: readonly string[]): boolean => scopes.some(isIdentityScope);
const openIdConnect = { methods: ['GET', 'POST'], describe: standard, refuse: invalidCredentials } as const;
const older = { methods: ['GET'], suffices: hasIdentity, describe: legacy, refuse: unauthenticated } as const;

/** OpenID Connect asks for `openid` (Core 1.0, section 5.3); the older ones are content with any scope of sign-in. */
const DIALECTS: readonly Dialect[] = [
  { path: '/v1/userinfo', ...openIdConnect, suffices: (scopes) => scopes.includes('openid') },
  { path: '/oauth2/v3/userinfo', ...openIdConnect, suffices: hasIdentity },
  { path: '/oauth2/v2/userinfo', ...older },
  { path: '/oauth2/v1/userinfo', ...older },
  { path: '/userinfo/v2/me', ...older },
];

/** Claims about the person, in each of Google's dialects. Browsers may ask too. */
export const userinfoRoutes: readonly Route[] = DIALECTS.flatMap((dialect) =>
  dialect.methods.map(
    (method): Route => ({
      method,
      path: dialect.path,
      openToBrowsers: true,
      handle: (request, state) => userinfo(request, state, dialect),
    }),
  ),
);

function userinfo(request: EmulatorRequest, state: State, { suffices, describe, refuse }: Dialect): Answer {
  const presented = presentedToken(request, ['access_token']);
  const token = presented === undefined ? undefined : state.tokens.liveAccess(presented.value);
  if (token?.holder.kind !== 'user' || !suffices(token.scopes)) throw refuse();
  return json(200, describe(token.holder.user, token.scopes, state.url));
}

function standard(user: User, scopes: readonly string[], issuer: string): Record<string, unknown> {
  return { sub: user.sub, ...profileClaims(user, scopes, issuer) };
}

/** The shape of v1 and v2: `id` in place of `sub`, `verified_email` in place of `email_verified`. */
function legacy(user: User, scopes: readonly string[], issuer: string): Record<string, unknown> {
  const { email, email_verified: verifiedEmail, ...profile } = profileClaims(user, scopes, issuer);
  return { id: user.sub, email, verified_email: verifiedEmail, ...profile };
}

function invalidCredentials(): Refusal {
  return oauthError(401, 'invalid_request', 'Invalid Credentials', CHALLENGE);
}

function unauthenticated(): Refusal {
  const message =
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';
  return new Refusal(json(401, apiErrorBody(401, message), CHALLENGE));
}
