import { type RequestOfRoute, requirePrincipal } from './principal.ts';

/** The part of a request in which its token is. */
interface RequestWithHeaders extends RequestOfRoute {
  readonly headers: { readonly authorization?: string | undefined };
}

/**
 * The access token of a request, for handlers that call Google for the user or revoke it. Keep it out of logs and URLs.
 *
 * @throws as {@link requirePrincipal} does, where no token was judged
 */
export function requireAccessToken(request: RequestWithHeaders): string {
  requirePrincipal(request);
  // The header has been found to be "Bearer", spaces, and the token.
  return (request.headers.authorization ?? '').slice('Bearer'.length).trim();
}
