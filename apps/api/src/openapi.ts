import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { googleSecurityScheme } from 'fastify-google-bearer';

/** What an error looks like, for the schemas of routes: `{ $ref: 'Error#' }`. */
const errorSchema = {
  $id: 'Error',
  title: 'Error',
  type: 'object',
  required: ['statusCode', 'error', 'message'],
  properties: {
    statusCode: { type: 'integer' },
    code: { type: 'string', description: 'Stable, for programs' },
    error: { type: 'string', description: "The status's name" },
    message: { type: 'string' },
  },
} as const;

const DESCRIPTIONS = {
  400: 'The request is malformed',
  401: 'A Google access token is missing, or not accepted; see WWW-Authenticate',
  403: 'The token or the user may not do this',
  404: 'There is nothing here',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'This client has sent too many bad tokens; those that are known go on. See Retry-After',
  503: 'This cannot be told or done now, and says nothing about the token; see Retry-After',
} as const;

type ErrorStatus = keyof typeof DESCRIPTIONS;

interface ErrorResponse {
  readonly description: string;
  readonly $ref: 'Error#';
}

/** The responses of a protected route besides its own: what the guard may answer, and what else is named. */
export function errorResponses(...more: readonly ErrorStatus[]): Readonly<Record<string, ErrorResponse>> {
  const statuses: readonly ErrorStatus[] = [400, 401, 429, 503, ...more];
  return Object.fromEntries(
    statuses.map((status) => [status, { description: DESCRIPTIONS[status], $ref: 'Error#' } as const]),
  );
}

/** A response without a body. */
export const noContent = { 204: { type: 'null', description: 'Done' } } as const;

/** Describes every route that is registered afterwards, at /openapi.json and, for people, at /docs. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  app.addSchema(errorSchema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sample API behind Google access tokens',
        description: 'Send a Google access token of this application as `Authorization: Bearer`.',
        version: '0.1.0',
      },
      components: { securitySchemes: { google: googleSecurityScheme } },
      tags: [
        { name: 'user', description: 'The signed-in user' },
        { name: 'sign-out', description: 'Tokens that are not to be accepted any longer' },
        { name: 'calendar', description: 'Google, asked on behalf of the user' },
        { name: 'admin', description: 'For the subjects of ADMIN_SUBJECTS' },
        { name: 'operations', description: 'For whoever runs this API' },
      ],
    },
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, i) => String($id ?? `schema-${i}`) },
  });
  // Its files come from the package: the page works without a network.
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
