import type { Client, Clients } from './clients.ts';
import { oauthError } from './google-errors.ts';
import type { EmulatorRequest } from './http/request.ts';

interface Credentials {
  readonly id: string;
  readonly secret: string | undefined;
}

/**
 * Finds out which client is at the token endpoint: RFC 6749, section 2.3.1, by Basic or by form fields.
 *
 * @throws Refusal with Google's words
 */
export function authenticateClient(request: EmulatorRequest, clients: Clients): Client {
  const credentials = basicCredentials(request.headers.authorization) ?? formCredentials(request.form);
  const inForm = request.form.get('client_id');
  if (inForm !== null && inForm !== credentials.id) {
    throw oauthError(400, 'invalid_request', 'The request names two clients.');
  }
  const client = clients.find(credentials.id);
  if (client === undefined) throw oauthError(401, 'invalid_client', 'The OAuth client was not found.');
  if (credentials.secret === undefined) throw oauthError(400, 'invalid_request', 'client_secret is missing.');
  if (credentials.secret !== client.secret) throw oauthError(401, 'invalid_client', 'Unauthorized');
  return client;
}

function formCredentials(form: URLSearchParams): Credentials {
  const id = form.get('client_id');
  if (!id) throw oauthError(400, 'invalid_request', 'Could not determine client ID from request.');
  return { id, secret: form.get('client_secret') || undefined };
}

function basicCredentials(header: string | undefined): Credentials | undefined {
  const encoded = /^Basic +(\S+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon === -1) throw oauthError(401, 'invalid_client', 'Unauthorized');
  return { id: formDecode(pair.slice(0, colon)), secret: formDecode(pair.slice(colon + 1)) };
}

/** Both halves are form-encoded first, which some clients forget: what cannot be decoded is taken as it is. */
function formDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
