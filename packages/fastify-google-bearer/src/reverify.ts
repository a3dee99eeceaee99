import type { FastifyRequest } from 'fastify';
import { judgedToken } from './access-token.ts';
import { passedAnonymously, type RequestOfRoute } from './principal.ts';

/** The key of the function that checks a request's token once more, as on arrival. */
export const judgeAgain: unique symbol = Symbol('fastify-google-bearer judge again');

declare module 'fastify' {
  interface FastifyRequest {
    [judgeAgain](): true | Promise<true>;
  }
}

/**
 * Checks the token of a request once more, from memory if memory still knows it. Call it after reading a body in a
 * `preHandler` hook or in the handler, and before acting on the body: a token that was revoked during the upload must not act.
 * When Fastify reads the body itself, the plugin does this by itself.
 *
 * A request without a token on an optional route stays as it is.
 *
 * @throws {TokenRefusedError} as on arrival, such as `ERR_TOKEN_REVOKED`
 * @throws {RetryLaterError} when this cannot be decided now
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
