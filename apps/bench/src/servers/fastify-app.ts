import Fastify, { type FastifyInstance } from 'fastify';
import { type Account, account, type Credentials, type RouteServer } from './contract.ts';

/** Makes what answers the route. */
export type Handler = (credentials: Credentials) => () => Account;

/** A Fastify server whose route is protected by what `protect` registers. Fastify does not log unless it is told to. */
export function fastifyServer(
  protect: (app: FastifyInstance, credentials: Credentials) => Promise<void>,
  makeHandler: Handler = () => () => account,
): RouteServer {
  return {
    async listen(credentials) {
      const app = Fastify();
      await protect(app, credentials);
      app.get('/api/user', makeHandler(credentials));
      return await app.listen({ host: '127.0.0.1', port: 0 });
    },
  };
}
