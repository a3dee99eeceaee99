import type { FastifyRequest } from 'fastify';
import { type RequestOfRoute, requirePrincipal } from './principal.ts';

/** Under this name a request has the token that was judged for it; null where none was. */
export const judgedToken: unique symbol = Symbol('fastify-google-bearer token');

declare module 'fastify' {
  interface FastifyRequest {
    [judgedToken]: string | null;
  }
}

/**
 * The access token of a request, for handlers that call Google for the user or revoke it. Keep it out of logs and URLs.
 *
 * It is the token that the principal was judged by, whatever hooks have done to the headers since.
 *
 * @throws as {@link requirePrincipal} does, where no token was judged
 */
export function requireAccessToken(request: RequestOfRoute & Pick<FastifyRequest, typeof judgedToken>): string {
  requirePrincipal(request);
  const token = request[judgedToken];
  if (token === null) throw new Error('requireAccessToken: the principal of this request was not set by googleBearer');
  return token;
}
