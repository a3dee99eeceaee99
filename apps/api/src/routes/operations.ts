import type { FastifyInstance } from 'fastify';
import type { TokenVerifier } from 'google-bearer';
import type { Registry } from 'prom-client';
import type { UserStore } from '../users/store.ts';

const isPublic = { config: { googleBearer: false } } as const;

const check = { type: 'string', enum: ['ok', 'failing'] } as const;
const readiness = {
  type: 'object',
  required: ['status', 'checks'],
  properties: {
    status: { type: 'string', enum: ['ready', 'not ready'] },
    checks: {
      type: 'object',
      required: ['database', 'revocations'],
      properties: { database: check, revocations: check },
    },
  },
} as const;

/** What an orchestrator and a monitor ask. Public, so they say nothing about anybody. */
export function operationsRoutes(
  app: FastifyInstance,
  services: {
    readonly verifier: TokenVerifier;
    readonly users: UserStore;
    readonly registry: Registry;
    readonly maxStalenessMs: number;
  },
): void {
  const { verifier, users, registry, maxStalenessMs } = services;

  // Hidden, since it leads to the description of the others.
  app.get('/', { ...isPublic, schema: { hide: true } }, () => ({
    name: 'The sample API of google-bearer: it accepts Google access tokens',
    docs: '/docs',
    openapi: '/openapi.json',
  }));

  app.get(
    '/healthz',
    {
      ...isPublic,
      schema: {
        tags: ['operations'],
        summary: 'The process is alive',
        response: {
          200: { description: 'It is', type: 'object', properties: { status: { type: 'string', const: 'ok' } } },
        },
      },
    },
    () => ({ status: 'ok' }),
  );

  app.get(
    '/readyz',
    {
      ...isPublic,
      schema: {
        tags: ['operations'],
        summary: 'Requests can be answered: the database is up, the revocations are loaded and fresh',
        response: {
          200: { description: 'They can', ...readiness },
          503: { description: 'They cannot now', ...readiness },
        },
      },
    },
    async (request, reply) => {
      const database = await users.ping().then(
        () => true,
        (error: unknown) => {
          request.log.error({ err: error }, 'the user database does not answer');
          return false;
        },
      );
      const { ready, ageMs } = verifier.stats().revocations;
      const revocations = ready && ageMs <= maxStalenessMs;
      const word = (good: boolean): string => (good ? 'ok' : 'failing');
      return reply.code(database && revocations ? 200 : 503).send({
        status: database && revocations ? 'ready' : 'not ready',
        checks: { database: word(database), revocations: word(revocations) },
      });
    },
  );

  app.get(
    '/metrics',
    {
      ...isPublic,
      schema: {
        tags: ['operations'],
        summary: 'Metrics for Prometheus',
        response: {
          200: { description: 'In its text format', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}
