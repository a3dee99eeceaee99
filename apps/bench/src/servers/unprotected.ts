import type { RouteServer } from './contract.ts';
import { fastifyServer } from './fastify-app.ts';

/** Nothing is in the way. */
export const server: RouteServer = fastifyServer(async () => undefined);
