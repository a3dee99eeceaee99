import type { OAuth2Client, OAuth2ClientOptions } from 'google-auth-library';

/** How long Google may take, in ms. */
const TIMEOUT_MS = 5_000;

/** A proxy could not reach an emulator on this machine, and would be handed the secrets that are meant for it. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * google-auth-library's client: one try, with a deadline, and no redirect followed. Its errors hold the request, and with it tokens
 * and secrets: nothing of them may go on.
 *
 * @param url what will be asked
 */
export async function oauthClient(url: string, options: OAuth2ClientOptions, retries: number): Promise<OAuth2Client> {
  const { protocol, hostname } = new URL(url);
  // Slow to load, and not needed before a session is 50 minutes old.
  const library = await import('google-auth-library');
  return new library.OAuth2Client({
    ...options,
    transporterOptions: {
      timeout: TIMEOUT_MS,
      retryConfig: { retry: retries },
      redirect: 'error',
      responseType: 'json',
      noProxy: protocol === 'http:' ? [...LOOPBACK, hostname] : LOOPBACK,
    },
  });
}

/** What Google has answered instead, if it has answered at all. */
export function answerIn(error: unknown): { status: number; body: unknown; retryAfter: string | null } | undefined {
  const response = error instanceof Error && 'response' in error ? error.response : undefined;
  if (!isResponse(response)) return undefined;
  const { status, headers } = response;
  return { status, body: 'data' in response ? response.data : undefined, retryAfter: headers.get('retry-after') };
}

/** Not `instanceof`: the library brings a `Response` of its own. */
function isResponse(value: unknown): value is Response {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value;
}
