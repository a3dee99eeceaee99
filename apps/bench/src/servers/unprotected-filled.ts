import { fillableVerifier } from '../filled-verifier.ts';
import type { RouteServer } from './contract.ts';
import { fastifyServer } from './fastify-app.ts';
import { readTokens } from './google-bearer.ts';

/**
 * Nothing is in the way, and there is as much in memory as in a server that knows tokens: V8 gives a process that has filled
 * its memory more room for short-lived objects, which alone makes it faster.
 */
export const server: RouteServer = fastifyServer(async (app, { googleHeaders }) => {
  const { verifier, fill } = await fillableVerifier();
  await fill(readTokens(googleHeaders));
  app.addHook('onClose', () => verifier.close());
});
