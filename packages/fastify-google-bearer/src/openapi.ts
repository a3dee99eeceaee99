import type { FastifySchema, RouteOptions } from 'fastify';
import type { Protection } from './route-protection.ts';

/** The name under which protected routes ask for {@link googleSecurityScheme}. */
const schemeName = 'google';

/**
 * The OpenAPI security scheme that protected routes refer to as `google`.
 *
 * @example app.register(swagger, { openapi: { components: { securitySchemes: { google: googleSecurityScheme } } } })
 */
export const googleSecurityScheme: {
  readonly type: 'openIdConnect';
  readonly openIdConnectUrl: string;
  readonly description: string;
} = {
  type: 'openIdConnect',
  openIdConnectUrl: 'https://accounts.google.com/.well-known/openid-configuration',
  description: 'A Google access token of this application, sent as Authorization: Bearer',
};

type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** Writes what a route needs into its schema, where @fastify/swagger looks for it. It changes nothing that the app wrote itself. */
export function declareSecurity(route: Pick<RouteOptions, 'schema'>, protection: Protection): void {
  if (protection.mode === 'public' || (route.schema && 'security' in route.schema)) return;
  // A copy: several routes may share one schema object.
  const schema: FastifySchema & { readonly security: readonly SecurityRequirement[] } = {
    ...route.schema,
    security: securityOf(protection),
  };
  route.schema = schema;
}

/** The requirements in the list are alternatives. All scopes in one requirement are needed (OpenAPI 3.1 §4.8.30). */
function securityOf({ mode, requirement: { scopes = [], anyScope } }: Protection): SecurityRequirement[] {
  if (mode !== 'required') return [{}, { [schemeName]: [] }];
  if (anyScope === undefined) return [{ [schemeName]: [...scopes] }];
  return anyScope.map((scope) => ({ [schemeName]: [...new Set([...scopes, scope])] }));
}
