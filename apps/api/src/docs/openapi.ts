import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { googleSecurityScheme } from 'fastify-google-bearer';
import type { Config } from '../env.ts';
import { freshTokenRoute, freshTokenTheme } from './fresh-token.ts';

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
  examples: [
    { statusCode: 401, code: 'ERR_TOKEN_REVOKED', error: 'Unauthorized', message: 'The access token has been revoked' },
  ],
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

/** For tools that cannot sign in at Google, such as the page of /docs: a token is pasted. */
const accessTokenScheme = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'Google access token',
  description: 'A Google access token of this application, as text',
} as const;

/** A route that asks for Google's sign-in takes the token that comes of it, however it was come by. */
function alsoPasted<Schema extends FastifySchema | undefined>(schema: Schema): Schema {
  const { security } = schema ?? {};
  if (security === undefined) return schema;
  const pasted = security.flatMap(({ google }) => (google === undefined ? [] : [{ accessToken: google }]));
  return { ...schema, security: [...security, ...pasted] };
}

/**
 * For the page of /docs, which would ask Google how to sign in as soon as it finds the OpenID Connect scheme: it works
 * without a network, so there a token is pasted.
 */
function withPastedTokens(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(document), (name, value: unknown) => {
    if (name === 'security' && Array.isArray(value)) return value.filter((needed) => !('google' in needed));
    if (name !== 'securitySchemes' || typeof value !== 'object') return value;
    return { ...value, google: undefined };
  });
}

/** Describes every route that is registered afterwards, at /openapi.json and, for people, at /docs. */
export async function registerOpenApi(app: FastifyInstance, config: Config): Promise<void> {
  const { emulatorUrl } = config;
  app.addSchema(errorSchema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sample API behind Google access tokens',
        description: 'Send a Google access token of this application as `Authorization: Bearer`.',
        version: '0.1.0',
      },
      components: {
        securitySchemes: { google: googleSecurityScheme, accessToken: accessTokenScheme },
      },
      tags: [
        { name: 'user', description: 'The signed-in user' },
        { name: 'sign-out', description: 'Tokens that are not to be accepted any longer' },
        { name: 'calendar', description: 'Google, asked on behalf of the user' },
        { name: 'admin', description: 'For the subjects of ADMIN_SUBJECTS' },
        { name: 'operations', description: 'For whoever runs this API' },
      ],
    },
    transform: ({ schema, url }) => ({ schema: alsoPasted(schema), url }),
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, i) => String($id ?? `schema-${i}`) },
  });
  // Its files come from the package: the page works without a network.
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // Swagger UI brings styles of its own into the page; scripts stay those of files.
    transformStaticCSP: (header) => header.replace("style-src 'self' https:", "style-src 'self' 'unsafe-inline'"),
    transformSpecification: (document) => withPastedTokens(document),
    // What it returns is a copy already.
    transformSpecificationClone: false,
    uiConfig: { tryItOutEnabled: true, persistAuthorization: false },
    theme: { title: 'The API, to try', ...(emulatorUrl !== undefined && freshTokenTheme()) },
  });
  if (emulatorUrl !== undefined) freshTokenRoute(app, emulatorUrl, config);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
