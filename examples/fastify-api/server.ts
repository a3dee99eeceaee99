import cors from '@fastify/cors';
import Fastify from 'fastify';
import { googleBearer, requireAccessToken, requirePrincipal } from 'fastify-google-bearer';
import { createTokenVerifier } from 'google-bearer';

// Only tokens of your own client pass. GOOGLE_EMULATOR_URL is for development: without it, Google itself is asked.
const verifier = createTokenVerifier({
  audience: process.env.GOOGLE_CLIENT_ID,
  endpoints: process.env.GOOGLE_EMULATOR_URL,
});
// Your database.
const users = new Map<string, { id: string; email: string | undefined; name: string | undefined }>();

const app = Fastify({ logger: true });
// Before the guard, so that the page can read refusals too.
await app.register(cors, {
  origin: process.env.NEXTAUTH_URL ?? 'http://localhost:3000',
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
    const { subject, email } = requirePrincipal(request);
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
await app.listen({ port: Number(process.env.PORT ?? 4000) });
