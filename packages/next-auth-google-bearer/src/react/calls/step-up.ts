import { getProviders, signIn } from 'next-auth/react';
import type { AccessTokens } from './access-tokens.ts';
import type { ApiFetch } from './api-fetch.ts';
import { SessionUnavailableError } from './errors.ts';
import { keepCall, type PendingCall } from './pending-call.ts';

/** Several calls that are refused at once lead to Google once. */
let isLeaving = false;

/** A page that is still here after so long, in ms, has not left: somebody chose to stay, or pressed Stop. */
const LEAVES_WITHIN_MS = 10_000;

/**
 * `apiFetch`, which leaves for Google's consent when the API says that the token does not allow the call (RFC 6750 §3.1,
 * `insufficient_scope`), and keeps the call. Its 403 is the answer meanwhile, and for a call whose body is no text, which cannot be kept.
 * It rejects with `SessionUnavailableError` when the site cannot be reached, so that the page cannot leave for Google.
 *
 * @param scope what the user is asked to allow
 * @param asker which component of the page asks
 */
export function stepUpFetch(apiFetch: ApiFetch, tokens: AccessTokens, scope: string, asker: string): ApiFetch {
  return async (path, init = {}) => {
    const before = tokens.subject;
    const response = await apiFetch(path, init);
    const { subject } = tokens;
    const { body, method = 'GET' } = init;
    const isText = body === undefined || body === null || typeof body === 'string';
    // Not for somebody else, who has signed in meanwhile in another tab.
    const isSame = before === undefined || before === subject;
    if (!isInsufficientScope(response) || !isText || !isSame || isLeaving) return response;
    const headers = Object.fromEntries(new Headers(init.headers));
    // Not randomUUID, which a page over plain http has not.
    const id = crypto.getRandomValues(new Uint32Array(4)).join('-');
    await leave({ id, subject, scope, asker, path, method, headers, body: body ?? undefined });
    return response;
  };
}

function isInsufficientScope({ status, headers }: Response): boolean {
  return status === 403 && /\berror="?insufficient_scope\b/i.test(headers.get('www-authenticate') ?? '');
}

/**
 * Asks Google for more, on top of what was granted already
 * (https://developers.google.com/identity/protocols/oauth2/web-server#incrementalAuth).
 */
async function leave(call: PendingCall): Promise<void> {
  isLeaving = true;
  const stay = (): void => {
    isLeaving = false;
  };
  // Who comes back by the back button may find the page as it was left.
  window.addEventListener('pageshow', stay, { once: true });
  const scope = `openid email profile ${call.scope}`;
  const parameters = { scope, include_granted_scopes: 'true', prompt: 'consent' };
  try {
    // Without it, `signIn` would leave for an error page, which is not there either.
    if ((await getProviders()) === null) throw new Error('the site does not answer');
    await signIn('google', { callbackUrl: keepCall(call) }, parameters);
    setTimeout(stay, LEAVES_WITHIN_MS);
  } catch (cause) {
    stay();
    throw new SessionUnavailableError('the site could not be reached, so nobody can be asked at Google', { cause });
  }
}

/** Makes a call that was kept, as whom it was asked for; undefined when somebody else has signed in meanwhile. */
export async function resume(
  apiFetch: ApiFetch,
  tokens: AccessTokens,
  { subject, path, method, headers, body }: PendingCall,
): Promise<Response | undefined> {
  if ((await tokens.current()).subject !== subject) return undefined;
  return apiFetch(path, { method, headers, ...(body !== undefined && { body }) });
}
