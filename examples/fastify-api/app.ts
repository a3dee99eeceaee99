import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import { googleBearer, requireAccessToken, requirePrincipal } from 'fastify-google-bearer';
import type { TokenVerifier } from 'google-bearer';

/** A function that takes the verifier, so that tests can pass a fake one. */
export async function buildApp(verifier: TokenVerifier, pageUrl: string): Promise<FastifyInstance> {
  // Your database.
  const users = new Map<string, { id: string; email: string | undefined; name: string | undefined }>();

  const app = Fastify({ logger: true });
  // Before the guard, so that the page can read refusals too.
  await app.register(cors, {
    origin: pageUrl,
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type'],
    exposedHeaders: ['www-authenticate', 'retry-after'],
  });
  // From here on every route needs a good token, unless it says otherwise.
  await app.register(googleBearer, { verifier });

  app.get('/healthz', { config: { googleBearer: false } }, () => 'ok');

  // NextAuth sends the user here at sign-in. Who it is comes from the token; the body may say anything.
  app.post<{ Body: { name?: string } | undefined }>(
    '/api/user',
    { config: { googleBearer: { scopes: ['email'] } } },
    (request, reply) => {
      const { subject, email, emailVerified } = requirePrincipal(request);
      // An address that Google has not verified may be somebody else's.
      if (!emailVerified) return reply.code(403).send({ error: 'The address is not verified' });
      reply.code(users.has(subject) ? 200 : 201);
      const user = { id: subject, email, name: request.body?.name };
      users.set(subject, user);
      return user;
    },
  );

  app.get('/api/user', (request, reply) => {
    const user = users.get(requirePrincipal(request).subject);
    return user ?? reply.code(404).send({ error: 'Not Found' });
  });

  // A token has leaked: this one is refused from now on, and a refreshed one is accepted.
  app.delete('/api/token', async (request, reply) => {
    await verifier.revokeToken(requireAccessToken(request));
    return reply.code(204).send();
  });

  app.addHook('onClose', () => verifier.close());
  return app;
}
