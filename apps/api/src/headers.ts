import type { FastifyInstance } from 'fastify';

/** What an API needs of the usual security headers; it serves no pages but those of /docs, which bring their own. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    const { url = '' } = request.routeOptions;
    // Answers about one user must not be shown to the next by a cache, the browser's own included.
    if (url.startsWith('/api/') || url.startsWith('/admin/')) reply.header('cache-control', 'no-store');
    done();
  });
}
