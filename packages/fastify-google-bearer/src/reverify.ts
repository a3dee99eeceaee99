import type { FastifyRequest } from 'fastify';
import { judgedToken } from './access-token.ts';
import { passedAnonymously, type RequestOfRoute } from './principal.ts';

/** Under this name a request has what judges its token once more, as on arrival. */
export const judgeAgain: unique symbol = Symbol('fastify-google-bearer judge again');

declare module 'fastify' {
  interface FastifyRequest {
    [judgeAgain](): true | Promise<true>;
  }
}

/**
 * Judges the token of a request once more: from memory, unless that has forgotten it. Call it after reading a body in a
 * `preHandler` hook or in the handler, and before acting on it: a token that was revoked during the upload must not act. After
 * bodies that are there before, the plugin does this by itself.
 *
 * A request that came without a token where it is optional stays as it is.
 *
 * @throws {TokenRefusedError} as on arrival, such as `ERR_TOKEN_REVOKED`
 * @throws {RetryLaterError} when that cannot be told now
 * @throws {Error} on a public route, or outside the plugin's scope: a mistake of the developer, answered with 500
 */
export async function reverify(
  request: RequestOfRoute & Partial<Pick<FastifyRequest, typeof judgedToken | typeof judgeAgain>>,
): Promise<void> {
  if (request.principal === null && passedAnonymously(request)) return;
  if (!request[judgedToken] || request[judgeAgain] === undefined) {
    const { method, url } = request.routeOptions;
    throw new Error(`reverify: ${method ?? request.method} ${url ?? ''} is not protected by googleBearer`);
  }
  await request[judgeAgain]();
}
