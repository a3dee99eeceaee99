import type { FastifyInstance } from 'fastify';

export type Headers = Readonly<Record<string, string>>;

/**
 * What every answer carries of the usual security headers. The API serves no pages but those of /docs, which bring a
 * Content-Security-Policy of their own.
 *
 * @param publicUrl with https browsers are told to use nothing else for a year; http is for one's own machine
 */
export function securityHeaders(publicUrl: string | undefined): Headers {
  return {
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    ...(publicUrl?.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
  };
}

export function addSecurityHeaders(app: FastifyInstance, headers: Headers): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers);
    const { url = '' } = request.routeOptions;
    // Answers about one user must not be shown to the next by a cache, the browser's own included.
    if (url.startsWith('/api/') || url.startsWith('/admin/')) reply.header('cache-control', 'no-store');
    done();
  });
}

/** Tells where the word about the token came from: memory, another instance, or Google (Server Timing §3). */
export function tellTokenSource(guarded: FastifyInstance): void {
  guarded.addHook('onSend', (request, reply, _payload, done) => {
    if (request.principalSource !== null) reply.header('server-timing', `token;desc=${request.principalSource}`);
    done();
  });
}
