import type { FastifyInstance } from 'fastify';
import { requireAccessToken } from 'fastify-google-bearer';
import { GoogleBearerError, type TokenVerifier } from 'google-bearer';
import { Gauge, type Registry } from 'prom-client';
import { errorResponses } from '../docs/openapi.ts';
import { bodyOf } from '../errors.ts';
import { EventStream } from '../event-stream.ts';

/** When a client may come back, in ms: each at another moment, or all would come at once after a restart. */
const RETRY_MS = { least: 1_000, most: 5_000 };

/** The same when the view of revocations is stale, which ends all streams together, maybe on all instances. */
const RETRY_STALE_MS = { least: 2_000, most: 20_000 };

/** How often the token of an open stream is judged as that of a request is, in ms. */
const JUDGE_EVERY_MS = 15_000;

/** A stream that a page keeps open. It ends when its token would be refused. */
export function eventRoutes(app: FastifyInstance, verifier: TokenVerifier, registry: Registry): void {
  const open = new Set<EventStream>();
  new Gauge({
    name: 'http_event_streams',
    help: 'Streams of /api/events that are open',
    registers: [registry],
    collect() {
      this.set(open.size);
    },
  });
  // They would go on for as long as their tokens live, and the API would wait for them.
  app.addHook('preClose', (done) => {
    for (const stream of open) stream.end();
    done();
  });

  app.get(
    '/api/events',
    {
      schema: {
        tags: ['user'],
        summary: 'Server-sent events: `hello`, and `refused` when the token is no good any more; then the end',
        description:
          'A page such as `/docs` shows a stream once it has ended. `DELETE /api/token` with the same token ends it at once.',
        response: {
          200: {
            description:
              'A stream. `refused` has the body that an error has, and says why. Come back after `retry`, with a new token if it is a 401',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          ...errorResponses(),
        },
      },
    },
    (request, reply) => {
      // For nginx, which would keep events back until it has a buffer full of them.
      reply.type('text/event-stream').header('x-accel-buffering', 'no');
      if (request.method === 'HEAD') return reply.send();
      const stream = new EventStream({ event: 'hello', data: { at: Date.now() }, retryMs: between(RETRY_MS) });
      open.add(stream);
      const token = requireAccessToken(request);
      // Google tells nobody whose grant has ended. So it is asked as often as for a client that goes on calling: once what is known is too
      // old. Its no reaches the stream as a revocation does, and an outage says nothing about the token.
      const judging = setInterval(() => void verifier.verify(token).catch(() => undefined), JUDGE_EVERY_MS).unref();
      stream.once('close', () => {
        clearInterval(judging);
        open.delete(stream);
      });
      const { accessSignal } = request;
      accessSignal.addEventListener('abort', () => {
        const { reason } = accessSignal;
        if (!(reason instanceof GoogleBearerError)) throw reason;
        request.log.info({ code: reason.code }, 'event stream ended');
        const retryMs = between(reason.statusCode === 503 ? RETRY_STALE_MS : RETRY_MS);
        stream.end({ event: 'refused', data: bodyOf(reason), retryMs });
      });
      return reply.send(stream);
    },
  );
}

function between({ least, most }: { readonly least: number; readonly most: number }): number {
  return Math.round(least + Math.random() * (most - least));
}
