import type { Dispatcher } from 'undici';
import { RetryLaterError } from '../errors/errors.ts';
import { isLoopback } from '../loopback.ts';

/** Where grants are ended, and how to get there. */
export interface GrantEndpoint {
  readonly oauth2RevokeUrl: URL;
  /** Sends the request; undefined: as google-auth-library sees fit, which honours `HTTPS_PROXY`. */
  readonly dispatcher: Dispatcher | undefined;
  readonly timeoutMs: number;
}

/**
 * Ends a user's whole grant at Google: every access and refresh token of all the project's clients. A token whose grant
 * is over already counts as done (Google answers 400 `invalid_token`).
 *
 * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when Google cannot be asked, or answers anything else
 */
export async function revokeGrantAtGoogle(
  token: string,
  { oauth2RevokeUrl: url, dispatcher, timeoutMs }: GrantEndpoint,
): Promise<void> {
  // Rarely needed and slow to load: whoever never ends a grant need not wait for it.
  const { OAuth2Client } = await import('google-auth-library');
  const client = new OAuth2Client({
    endpoints: { oauth2RevokeUrl: url.href },
    transporterOptions: {
      timeout: timeoutMs,
      retryConfig: { retry: 1 },
      // The token is meant for Google, not for wherever it points to.
      redirect: 'error',
      responseType: 'json',
      // A proxy could not reach an emulator on this machine, and would be handed the token.
      ...(isLoopback(url) && { noProxy: [url.origin] }),
      ...(dispatcher !== undefined && { fetchImplementation: fetchThrough(dispatcher) }),
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

/** As much of `fetch` as revoking needs: a POST without a body. A redirect is an answer like any other. */
function fetchThrough(dispatcher: Dispatcher): typeof globalThis.fetch {
  return async (input, { headers = {}, signal } = {}) => {
    const { origin, pathname, search } = new URL(input instanceof Request ? input.url : input);
    const { statusCode, body } = await dispatcher.request({
      origin,
      path: pathname + search,
      method: 'POST',
      headers: Object.fromEntries(new Headers(headers)),
      signal: signal ?? null,
    });
    return new Response(await body.text(), { status: statusCode });
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
