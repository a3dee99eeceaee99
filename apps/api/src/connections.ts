import type { FastifyInstance } from 'fastify';
import { ApiError } from './errors.ts';

/**
 * Lets connections end with the answers that are under way when the app closes. Node ends only those that are idle at that
 * moment: a busy one would be kept alive after its answer, and hold up the end for more than a minute. Who comes meanwhile, over a
 * connection from before, is sent elsewhere.
 */
export function endConnectionsOnClose(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onRequest', (_request, _reply, done) => {
    if (closing) done(new ApiError(503, 'ERR_STOPPING', 'The API is stopping', { retryAfterS: 1 }));
    else done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
}
