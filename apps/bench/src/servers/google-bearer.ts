import { googleBearer } from 'fastify-google-bearer';
import { fillableVerifier } from '../filled-verifier.ts';
import { HeaderTokens } from '../tokens.ts';
import type { RouteServer } from './contract.ts';
import { fastifyServer } from './fastify-app.ts';

/** fastify-google-bearer, whose verifier knows all tokens. */
export const server: RouteServer = fastifyServer(async (app, { googleHeaders }) => {
  const { verifier, fill } = await fillableVerifier();
  await fill(readTokens(googleHeaders));
  await app.register(googleBearer, { verifier });
});

/** The tokens in such headers. */
export function readTokens(headers: readonly string[]): HeaderTokens {
  return new HeaderTokens(headers.map((header) => header.slice('Bearer '.length)));
}
