import type { Client, Clients } from './clients.ts';
import { type Answer, page, Refusal, redirect } from './http/answer.ts';
import { repeatedParameter } from './http/request.ts';
import { blockedPage } from './pages/blocked.ts';
import { type CodeChallenge, isWellFormed } from './pkce.ts';
import { parseScopes } from './scopes.ts';

/** A request to the authorization endpoint that was found to be in order. */
export interface AuthorizationRequest {
  readonly client: Client;
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly scopes: readonly string[];
  readonly prompts: ReadonlySet<string>;
  readonly offline: boolean;
  readonly includeGrantedScopes: boolean;
  readonly loginHint: string | undefined;
  readonly challenge: CodeChallenge | undefined;
}

type Origin = Pick<AuthorizationRequest, 'redirectUri' | 'state'>;

/**
 * Reads an authorization request (RFC 6749, section 4.1.1; OpenID Connect Core 1.0, section 3.1.2.1).
 *
 * @throws Refusal an error page when client or redirect URI are in doubt, since a redirect would then serve an
 *   attacker (RFC 6749, section 4.1.2.1); for everything else a redirect with `error`
 */
export function readAuthorizationRequest(parameters: URLSearchParams, clients: Clients): AuthorizationRequest {
  const get = (name: string): string | undefined => parameters.get(name) || undefined;
  const repeated = repeatedParameter(parameters);
  if (repeated !== undefined) throw blocked(400, 'invalid_request', singleValue(repeated));
  const clientId = get('client_id') ?? missing('client_id');
  const client = clients.find(clientId);
  if (client === undefined) throw blocked(401, 'invalid_client', 'The OAuth client was not found.', clientId);
  const redirectUri = get('redirect_uri') ?? missing('redirect_uri');
  if (!client.redirectUris.includes(redirectUri)) {
    const reason = 'The redirect URI of the request is not among those that are registered for this client.';
    throw blocked(400, 'redirect_uri_mismatch', reason, redirectUri);
  }
  const origin = { redirectUri, state: get('state') };
  const responseType = get('response_type') ?? wrong(origin, 'Missing required parameter: response_type');
  if (responseType !== 'code') {
    throw new Refusal(
      redirectToApp(origin, {
        error: 'unsupported_response_type',
        error_description: 'The emulator supports response_type=code',
      }),
    );
  }
  const scopes = parseScopes(get('scope') ?? '');
  if (scopes.length === 0) wrong(origin, 'Missing required parameter: scope');
  return {
    ...origin,
    client,
    scopes,
    nonce: get('nonce'),
    prompts: readPrompts(get('prompt'), origin),
    offline: readChoice('access_type', get('access_type') ?? 'online', ['online', 'offline'], origin) === 'offline',
    includeGrantedScopes: get('include_granted_scopes') === 'true',
    loginHint: get('login_hint'),
    challenge: readChallenge(get('code_challenge'), get('code_challenge_method'), origin),
  };
}

/** Sends the browser back to the app with these parameters and the `state` it gave. */
export function redirectToApp(origin: Origin, parameters: Readonly<Record<string, string>>): Answer {
  const url = new URL(origin.redirectUri);
  if (origin.state !== undefined) url.searchParams.set('state', origin.state);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return redirect(302, url.href);
}

export function singleValue(parameter: string): string {
  return `OAuth 2 parameters can only have a single value: ${parameter}`;
}

function readPrompts(parameter: string | undefined, origin: Origin): ReadonlySet<string> {
  const prompts = new Set((parameter ?? '').split(' ').filter((prompt) => prompt !== ''));
  for (const prompt of prompts) readChoice('prompt', prompt, ['none', 'consent', 'select_account'], origin);
  if (prompts.has('none') && prompts.size > 1) wrong(origin, 'Invalid parameter value for prompt: none stands alone');
  return prompts;
}

function readChallenge(
  value: string | undefined,
  method: string | undefined,
  origin: Origin,
): CodeChallenge | undefined {
  if (value === undefined) {
    return method === undefined ? undefined : wrong(origin, 'Missing required parameter: code_challenge');
  }
  if (!isWellFormed(value)) wrong(origin, 'Invalid parameter value for code_challenge');
  return { value, method: readChoice('code_challenge_method', method ?? 'plain', ['S256', 'plain'], origin) };
}

function readChoice<const T extends string>(name: string, value: string, choices: readonly T[], origin: Origin): T {
  return choices.find((choice) => choice === value) ?? wrong(origin, `Invalid parameter value for ${name}`);
}

function wrong(origin: Origin, description: string): never {
  throw new Refusal(redirectToApp(origin, { error: 'invalid_request', error_description: description }));
}

function missing(parameter: string): never {
  throw blocked(400, 'invalid_request', `Missing required parameter: ${parameter}`);
}

function blocked(status: number, code: string, reason: string, detail?: string): Refusal {
  return new Refusal(page(status, blockedPage({ status, code, reason, detail })));
}
