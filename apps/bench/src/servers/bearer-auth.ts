import bearerAuth from '@fastify/bearer-auth';
import type { RouteServer } from './contract.ts';
import { fastifyServer } from './fastify-app.ts';

/** `@fastify/bearer-auth` with one static key: it compares with each key in turn, so one is its fastest. */
export const server: RouteServer = fastifyServer(async (app, { staticKey }) => {
  await app.register(bearerAuth, { keys: [staticKey] });
});
