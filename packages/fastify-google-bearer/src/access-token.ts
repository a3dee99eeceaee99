import type { FastifyRequest } from 'fastify';
import { type RequestOfRoute, requirePrincipal } from './principal.ts';

/** The key of the token that was checked for a request; null if no token was. */
export const judgedToken: unique symbol = Symbol('fastify-google-bearer token');

declare module 'fastify' {
  interface FastifyRequest {
    [judgedToken]: string | null;
  }
}

/**
 * The access token of a request, for handlers that call Google for the user or revoke it. Keep it out of logs and URLs.
 *
 * It is the token that the plugin checked, whatever hooks have done to the headers since.
 *
 * @throws as {@link requirePrincipal} does, if no token was checked
 */
export function requireAccessToken(request: RequestOfRoute & Pick<FastifyRequest, typeof judgedToken>): string {
  requirePrincipal(request);
  const token = request[judgedToken];
  if (token === null) throw new Error('requireAccessToken: the principal of this request was not set by googleBearer');
  return token;
}
