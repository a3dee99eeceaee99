import type { Client, Clients } from './clients.ts';
import { oauthError } from './google-errors.ts';
import type { Refusal } from './http/answer.ts';

interface Credentials {
  readonly id: string;
  readonly secret: string | undefined;
}

/** The client at the token endpoint. */
export interface AuthenticatedClient {
  readonly client: Client;
  /** False for a desktop client that sent no secret: then PKCE must tell who began the sign-in. */
  readonly showedSecret: boolean;
}

/**
 * Finds out which client is at the token endpoint: RFC 6749, section 2.3.1, by Basic or by parameters.
 *
 * @throws Refusal with Google's words
 */
export function authenticateClient(
  authorization: string | undefined,
  parameters: URLSearchParams,
  clients: Clients,
): AuthenticatedClient {
  const credentials = basicCredentials(authorization) ?? parameterCredentials(parameters);
  const named = parameters.get('client_id');
  if (named !== null && named !== credentials.id) {
    throw oauthError(400, 'invalid_request', 'The request names two clients.');
  }
  const client = clients.find(credentials.id);
  if (client === undefined) throw oauthError(401, 'invalid_client', 'The OAuth client was not found.');
  if (credentials.secret === undefined) {
    if (client.type === 'desktop') return { client, showedSecret: false };
    throw secretMissing();
  }
  if (credentials.secret !== client.secret) throw oauthError(401, 'invalid_client', 'Unauthorized');
  return { client, showedSecret: true };
}

/** What Google says to a client that it cannot know without its secret. */
export function secretMissing(): Refusal {
  return oauthError(400, 'invalid_request', 'client_secret is missing.');
}

function parameterCredentials(parameters: URLSearchParams): Credentials {
  const id = parameters.get('client_id');
  if (!id) throw oauthError(400, 'invalid_request', 'Could not determine client ID from request.');
  return { id, secret: parameters.get('client_secret') || undefined };
}

function basicCredentials(header: string | undefined): Credentials | undefined {
  const encoded = /^Basic +(\S+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon === -1) throw oauthError(401, 'invalid_client', 'Unauthorized');
  return { id: formDecode(pair.slice(0, colon)), secret: formDecode(pair.slice(colon + 1)) || undefined };
}

/** Both halves are form-encoded first, which some clients forget: what cannot be decoded is taken as it is. */
function formDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
