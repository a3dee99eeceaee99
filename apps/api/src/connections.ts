import type { FastifyInstance } from 'fastify';

/**
 * Lets connections end with the answers that are under way when the app closes. Node ends only those that are idle at that
 * moment: a busy one would be kept alive after its answer, and hold up the end for more than a minute.
 */
export function endConnectionsOnClose(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
}
