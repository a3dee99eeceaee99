// The packages are ES modules. Node 22.19 and later can `require` them; `await import(…)` works as well.
const Fastify = require('fastify');
const { googleBearer, requireAccessToken, requirePrincipal } = require('fastify-google-bearer');
const { createTokenVerifier } = require('google-bearer');

const verifier = createTokenVerifier({
  audience: process.env.GOOGLE_CLIENT_ID,
  endpoints: process.env.GOOGLE_EMULATOR_URL,
});

const app = Fastify({ logger: true });
app.register(googleBearer, { verifier });

// CommonJS has no top-level `await`: routes go into a plugin that comes after the guard.
app.register(async (api) => {
  api.get('/healthz', { config: { googleBearer: false } }, async () => 'ok');

  api.get('/api/user', { config: { googleBearer: { scopes: ['email'] } } }, async (request) => {
    const { subject, email } = requirePrincipal(request);
    return { id: subject, email };
  });

  api.delete('/api/token', async (request, reply) => {
    await verifier.revokeToken(requireAccessToken(request));
    return reply.code(204).send();
  });
});

app.addHook('onClose', () => verifier.close());
app.listen({ port: Number(process.env.PORT ?? 4000) });
