import jwt from '@fastify/jwt';
import type { RouteServer } from './contract.ts';
import { fastifyServer } from './fastify-app.ts';

/**
 * `@fastify/jwt` with the key at hand, and room for every token in its cache: the setting of which its docs say that
 * "performance is dramatically improved". The cache's keys stay hashes, its default: like ours it keeps no token as it came.
 */
export const server: RouteServer = fastifyServer(async (app, { publicKey, issuer, audience, jwts }) => {
  await app.register(jwt, {
    secret: { public: publicKey },
    verify: { algorithms: ['RS256'], allowedIss: issuer, allowedAud: audience, cache: jwts },
  });
  app.addHook('onRequest', async (request) => {
    // Without arguments, not with a callback: only so does it use the one verifier that has the cache.
    await request.jwtVerify();
  });
});
