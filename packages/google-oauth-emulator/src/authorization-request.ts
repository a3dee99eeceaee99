import { answerApp, type ResponseMode, type ReturnPath } from './authorization-response.ts';
import { allowsRedirectUri, type Client, type Clients, POPUP } from './clients.ts';
import { page, Refusal } from './http/answer.ts';
import { repeatedParameter } from './http/request.ts';
import { blockedPage } from './pages/blocked.ts';
import { type CodeChallenge, isWellFormed } from './pkce.ts';
import { isGoogleScope, parseScopes, withOpenid } from './scopes.ts';

/** A request to the authorization endpoint that was found to be in order. */
export interface AuthorizationRequest extends ReturnPath {
  readonly client: Client;
  readonly nonce: string | undefined;
  readonly scopes: readonly string[];
  readonly prompts: ReadonlySet<string>;
  readonly offline: boolean;
  readonly includeGrantedScopes: boolean;
  readonly loginHint: string | undefined;
  readonly challenge: CodeChallenge | undefined;
}

const REDIRECT_MODES = ['query', 'fragment', 'form_post'] as const satisfies readonly ResponseMode[];

/**
 * Reads an authorization request (RFC 6749, section 4.1.1; OpenID Connect Core 1.0, section 3.1.2.1).
 *
 * @throws Refusal an error page when client or redirect URI are in doubt, since a redirect would then serve an
 *   attacker (RFC 6749, section 4.1.2.1), and without scopes that Google has; for everything else `error` goes to the app, in the response mode it chose
 */
export function readAuthorizationRequest(parameters: URLSearchParams, clients: Clients): AuthorizationRequest {
  const get = (name: string): string | undefined => parameters.get(name) || undefined;
  const repeated = repeatedParameter(parameters);
  if (repeated !== undefined) throw blocked(400, 'invalid_request', singleValue(repeated));
  const clientId = get('client_id') ?? missing('client_id');
  const client = clients.find(clientId);
  if (client === undefined) throw blocked(401, 'invalid_client', 'The OAuth client was not found.', clientId);
  const redirectUri = get('redirect_uri') ?? missing('redirect_uri');
  if (!allowsRedirectUri(client, redirectUri)) {
    const reason = 'The redirect URI of the request is not among those that are registered for this client.';
    throw blocked(400, 'redirect_uri_mismatch', reason, redirectUri);
  }
  const origin = readReturnPath(client, redirectUri, get('state'), get('response_mode'));
  const responseType = get('response_type') ?? wrong(origin, 'Missing required parameter: response_type');
  if (responseType !== 'code') {
    throw new Refusal(
      answerApp(origin, {
        error: 'unsupported_response_type',
        error_description: 'The emulator supports response_type=code',
      }),
    );
  }
  return {
    ...origin,
    client,
    scopes: readScopes(get('scope')),
    nonce: get('nonce'),
    prompts: readPrompts(get('prompt'), origin),
    offline: readChoice('access_type', get('access_type') ?? 'online', ['online', 'offline'], origin) === 'offline',
    includeGrantedScopes: get('include_granted_scopes') === 'true',
    loginHint: get('login_hint'),
    challenge: readChallenge(get('code_challenge'), get('code_challenge_method'), origin),
  };
}

function readReturnPath(
  client: Client,
  redirectUri: string,
  state: string | undefined,
  mode: string | undefined,
): ReturnPath {
  if (redirectUri === POPUP) {
    const origins = client.javascriptOrigins;
    const popup = { redirectUri, state, responseMode: 'web_message' as const, origins, appName: hostOf(origins[0]) };
    return mode === undefined ? popup : wrong(popup, 'Invalid parameter value for response_mode');
  }
  const path = { redirectUri, state, responseMode: 'query' as const, origins: [], appName: hostOf(redirectUri) };
  if (mode === undefined) return path;
  return { ...path, responseMode: readChoice('response_mode', mode, REDIRECT_MODES, path) };
}

function hostOf(uri: string | undefined): string {
  if (uri === undefined) return '';
  const url = new URL(uri);
  return url.host || url.protocol.slice(0, -1);
}

export function singleValue(parameter: string): string {
  return `OAuth 2 parameters can only have a single value: ${parameter}`;
}

/** Without scopes, and for those that it does not have, Google shows a page, and does not tell the app. */
function readScopes(parameter: string | undefined): readonly string[] {
  const scopes = parseScopes(parameter ?? '');
  if (scopes.length === 0) missing('scope');
  const invalid = scopes.filter((scope) => !isGoogleScope(scope));
  if (invalid.length === 0) return withOpenid(scopes);
  const valid = scopes.filter(isGoogleScope);
  const lists = `{${valid.length === 0 ? '' : `valid=[${valid.join(', ')}], `}invalid=[${invalid.join(', ')}]}`;
  throw blocked(400, 'invalid_scope', 'Some requested scopes were invalid.', lists, 'Of the scopes');
}

function readPrompts(parameter: string | undefined, origin: ReturnPath): ReadonlySet<string> {
  const prompts = new Set((parameter ?? '').split(' ').filter((prompt) => prompt !== ''));
  for (const prompt of prompts) readChoice('prompt', prompt, ['none', 'consent', 'select_account'], origin);
  if (prompts.has('none') && prompts.size > 1) wrong(origin, 'Invalid parameter value for prompt: none stands alone');
  return prompts;
}

function readChallenge(
  value: string | undefined,
  method: string | undefined,
  origin: ReturnPath,
): CodeChallenge | undefined {
  if (value === undefined) {
    return method === undefined ? undefined : wrong(origin, 'Missing required parameter: code_challenge');
  }
  if (!isWellFormed(value)) wrong(origin, 'Invalid parameter value for code_challenge');
  return { value, method: readChoice('code_challenge_method', method ?? 'plain', ['S256', 'plain'], origin) };
}

function readChoice<const T extends string>(name: string, value: string, choices: readonly T[], origin: ReturnPath): T {
  return choices.find((choice) => choice === value) ?? wrong(origin, `Invalid parameter value for ${name}`);
}

function wrong(origin: ReturnPath, description: string): never {
  throw new Refusal(answerApp(origin, { error: 'invalid_request', error_description: description }));
}

function missing(parameter: string): never {
  throw blocked(400, 'invalid_request', `Missing required parameter: ${parameter}`);
}

function blocked(status: number, code: string, reason: string, detail?: string, detailName?: string): Refusal {
  return new Refusal(page(status, blockedPage({ status, code, reason, detail, detailName })));
}
