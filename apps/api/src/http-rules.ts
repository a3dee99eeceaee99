import type { FastifyInstance } from 'fastify';
import { ApiError } from './errors.ts';

/** What is asked of every request, whatever its route, and refused in the shape of all other errors. */
export function checkRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { host, origin, 'access-control-request-method': wanted } = request.headers;
    // RFC 9112 §3.2. Node would refuse it with an empty body.
    if (host === undefined && request.raw.httpVersion === '1.1') {
      done(new ApiError(400, 'ERR_HTTP_INVALID', 'There is no Host header'));
      return;
    }
    // @fastify/cors would refuse it with plain text.
    if (request.method === 'OPTIONS' && !(origin && wanted)) {
      done(
        new ApiError(
          400,
          'ERR_NO_PREFLIGHT',
          'OPTIONS is for CORS preflights: Origin and Access-Control-Request-Method',
        ),
      );
      return;
    }
    done();
  });
}
