import { RetryLaterError } from './errors.ts';

/**
 * Ends a user's whole grant at Google: every access and refresh token of all the project's clients. A token whose grant
 * is over already counts as done (Google answers 400).
 *
 * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when Google cannot be asked
 */
export async function revokeGrantAtGoogle(token: string, url: URL, timeoutMs: number): Promise<void> {
  // Rarely needed and slow to load: whoever never ends a grant need not wait for it.
  const { OAuth2Client } = await import('google-auth-library');
  const client = new OAuth2Client({
    endpoints: { oauth2RevokeUrl: url.href },
    transporterOptions: { timeout: timeoutMs, retryConfig: { retry: 1, httpMethodsToRetry: ['POST'] } },
  });
  try {
    await client.revokeToken(token);
  } catch (error) {
    const status = statusOf(error);
    if (status === 400) return;
    // The library's error holds the request, and with it the token: only the status may go on.
    const reason = status === undefined ? 'Google could not be reached' : `Google answered ${status}`;
    throw new RetryLaterError('ERR_TOKENINFO_UNAVAILABLE', {
      cause: new Error(`the grant was not revoked: ${reason}`),
    });
  }
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : undefined;
}
