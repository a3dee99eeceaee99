// The packages are ES modules. Node 22.19 and later can `require` them; `await import(…)` works as well.
const cors = require('@fastify/cors');
const Fastify = require('fastify');
const { googleBearer, requireAccessToken, requirePrincipal } = require('fastify-google-bearer');
const { createTokenVerifier } = require('google-bearer');

const verifier = createTokenVerifier({
  // Only tokens of your own client pass.
  audience: process.env.GOOGLE_CLIENT_ID,
  // For development; when it is not set, Google itself is asked.
  endpoints: process.env.GOOGLE_EMULATOR_URL,
});

const app = Fastify({ logger: true });
// Before the guard, so that the page can read refusals too.
app.register(cors, {
  origin: process.env.NEXTAUTH_URL ?? 'http://localhost:3000',
  methods: ['GET', 'POST', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type'],
  exposedHeaders: ['www-authenticate', 'retry-after'],
});
app.register(googleBearer, { verifier });

// CommonJS has no top-level `await`: routes go into a plugin that comes after the guard.
app.register(async (api) => {
  api.get('/healthz', { config: { googleBearer: false } }, async () => 'ok');

  // NextAuth sends the user here at sign-in. Any 2xx lets the user in.
  api.post('/api/user', { config: { googleBearer: { scopes: ['email'] } } }, async (request, reply) => {
    const { subject, email, emailVerified } = requirePrincipal(request);
    // An address that Google has not verified may be somebody else's.
    if (!emailVerified) return reply.code(403).send({ error: 'The address is not verified' });
    // Store the user here, by subject: addresses change hands, and it does not.
    return reply.code(201).send({ id: subject, email });
  });

  api.get('/api/user', { config: { googleBearer: { scopes: ['email'] } } }, async (request) => {
    const { subject, email } = requirePrincipal(request);
    return { id: subject, email };
  });

  // A token has leaked: this one is refused from now on, and a refreshed one is accepted.
  api.delete('/api/token', async (request, reply) => {
    await verifier.revokeToken(requireAccessToken(request));
    return reply.code(204).send();
  });
});

app.addHook('onClose', () => verifier.close());
app.listen({ port: Number(process.env.PORT ?? 4000) });
