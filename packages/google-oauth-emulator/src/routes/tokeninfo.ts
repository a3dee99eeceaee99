import { singleValue } from '../authorization-request.ts';
import { oauthError } from '../google-errors.ts';
import { type Answer, json, Refusal } from '../http/answer.ts';
import { presentedToken } from '../http/presented-token.ts';
import { type EmulatorRequest, repeatedParameter } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { readIdToken } from '../id-token.ts';
import { EMAIL_SCOPE, isIdentityScope } from '../scopes.ts';
import type { State } from '../state.ts';
import type { AccessToken } from '../tokens.ts';

interface Dialect {
  readonly path: string;
  readonly describe: (token: AccessToken, nowMs: number) => Record<string, unknown>;
  /** `www.googleapis.com/oauth2/v3` leaves the `error` code out of what it says about a bad token. */
  readonly namesError: boolean;
}

const DIALECTS: readonly Dialect[] = [
  { path: '/tokeninfo', describe: current, namesError: true },
  { path: '/oauth2/v3/tokeninfo', describe: current, namesError: false },
  { path: '/oauth2/v2/tokeninfo', describe: legacy, namesError: true },
  { path: '/oauth2/v1/tokeninfo', describe: legacy, namesError: true },
];

/** Token introspection the way Google does it, in each of its dialects, by GET, form or Bearer header. */
export const tokeninfoRoutes: readonly Route[] = DIALECTS.flatMap((dialect): Route[] => {
  const handle: Route['handle'] = (request, state) => tokeninfo(request, state, dialect);
  return [
    { method: 'GET', path: dialect.path, openToBrowsers: true, handle },
    { method: 'POST', path: dialect.path, openToBrowsers: true, handle },
  ];
});

async function tokeninfo(request: EmulatorRequest, state: State, dialect: Dialect): Promise<Answer> {
  const repeated = repeatedParameter(request.query) ?? repeatedParameter(request.form);
  if (repeated !== undefined) throw oauthError(400, 'invalid_request', singleValue(repeated));
  const accessToken = presentedToken(request, ['access_token']);
  if (accessToken !== undefined) {
    const token = state.tokens.liveAccess(accessToken.value);
    if (token === undefined) throw invalidToken(dialect);
    return json(200, dialect.describe(token, state.clock.now()));
  }
  const idToken = presentedToken(request, ['id_token']);
  if (idToken === undefined) {
    throw oauthError(400, 'invalid_request', 'Either access_token, id_token, or token_handle required');
  }
  const claims = await readIdToken(idToken.value, state.url, state.keys, state.clock.now());
  if (claims === undefined) throw invalidToken(dialect);
  return json(200, Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)])));
}

/** One body for garbage, expired and revoked alike. */
function invalidToken({ namesError }: Dialect): Refusal {
  const body = { ...(namesError && { error: 'invalid_token' }), error_description: 'Invalid Value' };
  return new Refusal(json(400, body));
}

/** The current shape: every value is a string. */
function current(token: AccessToken, nowMs: number): Record<string, unknown> {
  const { sub, email, verified } = identity(token);
  return {
    azp: token.authorizedParty,
    aud: token.audience,
    sub,
    scope: token.scopes.join(' '),
    exp: String(Math.floor(token.expiresAt / 1000)),
    expires_in: String(secondsLeft(token, nowMs)),
    email,
    email_verified: verified === undefined ? undefined : String(verified),
    access_type: token.accessType,
  };
}

/** The shape of v1 and v2: other names, real numbers and booleans. */
function legacy(token: AccessToken, nowMs: number): Record<string, unknown> {
  const { sub, email, verified } = identity(token);
  return {
    issued_to: token.authorizedParty,
    audience: token.audience,
    user_id: sub,
    scope: token.scopes.join(' '),
    expires_in: secondsLeft(token, nowMs),
    email,
    verified_email: verified,
    access_type: token.accessType,
  };
}

interface Identity {
  readonly sub?: string;
  readonly email?: string;
  readonly verified?: boolean;
}

/** Identity scopes bring `sub`, the e-mail scope the e-mail; a service account has an e-mail and never a `sub`. */
function identity({ holder, scopes }: AccessToken): Identity {
  if (holder.kind === 'service-account') return { email: holder.email, verified: true };
  const { sub, email, emailVerified } = holder.user;
  return {
    ...(scopes.some(isIdentityScope) && { sub }),
    ...(scopes.includes(EMAIL_SCOPE) && { email, verified: emailVerified }),
  };
}

function secondsLeft(token: AccessToken, nowMs: number): number {
  return Math.floor((token.expiresAt - nowMs) / 1000);
}
