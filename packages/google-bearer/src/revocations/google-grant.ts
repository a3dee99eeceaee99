import { RetryLaterError } from '../errors/errors.ts';

/** A proxy of the machine could not reach an emulator on this one, and would be handed the token. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Ends a user's whole grant at Google: every access and refresh token of all the project's clients. A token whose grant
 * is over already counts as done (Google answers 400 `invalid_token`).
 *
 * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when Google cannot be asked, or answers anything else
 */
export async function revokeGrantAtGoogle(token: string, url: URL, timeoutMs: number): Promise<void> {
  // Rarely needed and slow to load: whoever never ends a grant need not wait for it.
  const { OAuth2Client } = await import('google-auth-library');
  const client = new OAuth2Client({
    endpoints: { oauth2RevokeUrl: url.href },
    transporterOptions: {
      timeout: timeoutMs,
      retryConfig: { retry: 1, httpMethodsToRetry: ['POST'] },
      // The token is meant for Google, not for wherever it points to.
      redirect: 'error',
      responseType: 'json',
      noProxy: LOOPBACK,
    },
  });
  try {
    await client.revokeToken(token);
  } catch (error) {
    const reply = member(error, 'response');
    const status = member(reply, 'status');
    if (status === 400 && member(member(reply, 'data'), 'error') === 'invalid_token') return;
    // The library's error holds the request, and with it the token: only the status may go on.
    const reason = typeof status === 'number' ? `Google answered ${status}` : 'Google could not be reached';
    throw new RetryLaterError('ERR_TOKENINFO_UNAVAILABLE', {
      cause: new Error(`the grant was not revoked: ${reason}`),
    });
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
