import { filledVerifier } from '../filled-verifier.ts';
import type { RouteServer } from './contract.ts';
import { fastifyServer, type Handler } from './fastify-app.ts';
import { readTokens } from './google-bearer.ts';

/**
 * Nothing is in the way, and there is as much in memory as in a server that knows tokens: V8 gives a process that has filled
 * its memory more room for short-lived objects, which alone makes it faster.
 */
export function unprotectedServer(makeHandler?: Handler): RouteServer {
  return fastifyServer(async (app, { googleHeaders }) => {
    const verifier = await filledVerifier(readTokens(googleHeaders));
    app.addHook('onClose', () => verifier.close());
  }, makeHandler);
}

export const server: RouteServer = unprotectedServer();
