import { singleValue } from '../authorization-request.ts';
import { type AuthenticatedClient, authenticateClient, secretMissing } from '../client-authentication.ts';
import type { Client } from '../clients.ts';
import type { AuthorizationCode } from '../codes.ts';
import { oauthError } from '../google-errors.ts';
import { type Answer, json } from '../http/answer.ts';
import { type EmulatorRequest, FORM_TYPE, mediaType, repeatedParameter } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { signIdToken } from '../id-token.ts';
import type { User } from '../people.ts';
import { answersChallenge } from '../pkce.ts';
import { parseScopes } from '../scopes.ts';
import type { State } from '../state.ts';
import { type AccessType, isEnded, type Lineage, type RefreshToken } from '../tokens.ts';

/** The token endpoint: RFC 6749, sections 4.1.3 and 6. */
export const tokenRoutes: readonly Route[] = [{ method: 'POST', path: '/token', handle: token }];

function token(request: EmulatorRequest, state: State): Promise<Answer> {
  const parameters = tokenParameters(request);
  const grantType = parameters.get('grant_type');
  if (!grantType) throw oauthError(400, 'invalid_request', 'Required parameter is missing: grant_type');
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
    throw oauthError(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
  }
  const client = authenticateClient(request.headers.authorization, parameters, state.clients);
  return grantType === 'authorization_code'
    ? exchangeCode(parameters, client, state)
    : refresh(parameters, client.client, state);
}

/** Google reads the form and the query of the POST alike; a body of another kind, such as JSON, is refused. */
function tokenParameters({ query, form, body, headers }: EmulatorRequest): URLSearchParams {
  if (body !== '' && mediaType(headers) !== FORM_TYPE) {
    throw oauthError(400, 'invalid_request', `The body must be sent as ${FORM_TYPE}.`);
  }
  const parameters = new URLSearchParams([...query, ...form]);
  const repeated = repeatedParameter(parameters);
  if (repeated !== undefined) throw oauthError(400, 'invalid_request', singleValue(repeated));
  return parameters;
}

function exchangeCode(
  parameters: URLSearchParams,
  { client, showedSecret }: AuthenticatedClient,
  state: State,
): Promise<Answer> {
  const code = state.codes.find(required(parameters, 'code'));
  if (code === undefined || code.clientId !== client.id) throw invalidGrant('Bad Request');
  if (code.used) {
    // Somebody has a copy of the code, so what it gave out ends too: RFC 6749, section 4.1.2.
    code.lineage.ended = true;
    throw invalidGrant('Bad Request');
  }
  // A code alone proves nothing: another program of the machine may have seen it pass (RFC 8252, section 8.1).
  if (!showedSecret && code.challenge === undefined) throw secretMissing();
  if (parameters.get('redirect_uri') !== code.redirectUri) {
    throw oauthError(400, 'redirect_uri_mismatch', 'Bad Request');
  }
  checkVerifier(parameters.get('code_verifier') || undefined, code);
  if (isEnded(code.lineage)) throw invalidGrant('Bad Request');
  code.used = true;
  const refreshToken = code.givesRefreshToken
    ? state.tokens.issueRefresh({ clientId: client.id, user: code.user, scopes: code.scopes, lineage: code.lineage })
    : undefined;
  return tokenAnswer({ ...code, refreshToken }, client, state);
}

/** RFC 7636, section 4.6; RFC 9700, section 2.1.1, has a verifier refused where there was no challenge. */
function checkVerifier(verifier: string | undefined, { challenge }: AuthorizationCode): void {
  if (challenge === undefined) {
    if (verifier !== undefined) throw invalidGrant('code_verifier or verifier is not needed.');
    return;
  }
  if (verifier === undefined) throw invalidGrant('Missing code verifier.');
  if (!answersChallenge(verifier, challenge)) throw invalidGrant('Invalid code verifier.');
}

function refresh(parameters: URLSearchParams, client: Client, state: State): Promise<Answer> {
  const value = required(parameters, 'refresh_token');
  const known = state.tokens.refresh(value);
  if (known === undefined) throw invalidGrant('Bad Request');
  if (known.clientId !== client.id) throw oauthError(401, 'unauthorized_client', 'Unauthorized');
  if (state.tokens.liveRefresh(value) === undefined) throw invalidGrant('Token has been expired or revoked.');
  const wanted = parseScopes(parameters.get('scope') ?? '');
  if (!wanted.every((scope) => known.scopes.includes(scope))) throw oauthError(400, 'invalid_scope', 'Bad Request');
  const issued = {
    user: known.user,
    scopes: wanted.length > 0 ? wanted : known.scopes,
    accessType: 'offline' as const,
    lineage: known.lineage,
    refreshToken: client.rotateRefreshTokens ? rotate(known, state) : undefined,
  };
  return tokenAnswer(issued, client, state);
}

function rotate(token: RefreshToken, state: State): RefreshToken {
  token.replaced = true;
  return state.tokens.issueRefresh(token);
}

interface Issued {
  readonly user: User;
  readonly scopes: readonly string[];
  readonly accessType: AccessType;
  readonly lineage: Lineage;
  readonly nonce?: string | undefined;
  readonly refreshToken: RefreshToken | undefined;
}

async function tokenAnswer(issued: Issued, client: Client, state: State): Promise<Answer> {
  const { user, scopes, accessType, lineage, nonce, refreshToken } = issued;
  const accessToken = state.tokens.issueAccess(
    {
      audience: client.id,
      authorizedParty: client.id,
      holder: { kind: 'user', user },
      scopes,
      accessType,
      lineage,
    },
    state.tokenLifetimeS,
  );
  return json(200, {
    access_token: accessToken.value,
    expires_in: reportedLifetime(state.tokenLifetimeS),
    ...(refreshToken !== undefined && { refresh_token: refreshToken.value }),
    scope: scopes.join(' '),
    token_type: 'Bearer',
    ...(scopes.includes('openid') && {
      id_token: await signIdToken(
        {
          issuer: state.url,
          clientId: client.id,
          user,
          scopes,
          accessToken: accessToken.value,
          nonce,
          nowMs: state.clock.now(),
        },
        state.keys,
      ),
    }),
  });
}

/** Google says 3599 for a token that lives 3600 seconds. */
export function reportedLifetime(lifetimeS: number): number {
  return Math.max(1, lifetimeS - 1);
}

function required(parameters: URLSearchParams, name: string): string {
  return parameters.get(name) || missing(name);
}

function missing(name: string): never {
  throw oauthError(400, 'invalid_request', `Missing required parameter: ${name}`);
}

function invalidGrant(description: string): Error {
  return oauthError(400, 'invalid_grant', description);
}
