import { googleBearer } from 'fastify-google-bearer';
import { filledVerifier } from '../filled-verifier.ts';
import { HeaderTokens } from '../tokens.ts';
import type { RouteServer } from './contract.ts';
import { fastifyServer, type Handler } from './fastify-app.ts';

/** fastify-google-bearer, whose verifier knows all tokens. */
export function protectedServer(makeHandler?: Handler): RouteServer {
  return fastifyServer(async (app, { googleHeaders }) => {
    const verifier = await filledVerifier(readTokens(googleHeaders));
    await app.register(googleBearer, { verifier });
  }, makeHandler);
}

export const server: RouteServer = protectedServer();

/** The tokens in such headers. */
export function readTokens(headers: readonly string[]): HeaderTokens {
  return new HeaderTokens(headers.map((header) => header.slice('Bearer '.length)));
}
