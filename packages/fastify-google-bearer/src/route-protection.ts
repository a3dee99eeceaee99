import type { TokenRequirement } from 'google-bearer';

/**
 * What a route declares as `config.googleBearer`. A route that declares nothing needs a good token of any scope.
 *
 * - `false`: public; the plugin looks at no token, and `request.principal` is null
 * - `'optional'`: without an Authorization header `request.principal` is null; if there is a header, it must be good
 * - `'optional-bearer'`: likewise, and a header of another scheme, such as Basic, counts as none; somebody else checks it
 * - `{ scopes, anyScope, maxAgeMs }`: a good token with all of `scopes` and at least one of `anyScope`. Google's answer about it must
 *   not be older than `maxAgeMs` (0: Google is asked each time). You may give any of the three
 */
export type RouteProtection =
  | false
  | 'optional'
  | 'optional-bearer'
  // Not TokenRequirement, of which all is optional: Fastify's types would let any misspelt key pass for one.
  | (TokenRequirement & { readonly scopes: readonly string[] })
  | (TokenRequirement & { readonly anyScope: readonly string[] })
  | (TokenRequirement & { readonly maxAgeMs: number });

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call this route; see {@link RouteProtection}. Default: whoever sends a good Google access token. */
    googleBearer?: RouteProtection;
  }
}

/** A route's declaration, read. */
export interface Protection {
  readonly mode: 'public' | 'optional' | 'optional-bearer' | 'required';
  readonly requirement: TokenRequirement;
}

const anyGoodToken: TokenRequirement = Object.freeze({});
const publicRoute: Protection = Object.freeze({ mode: 'public', requirement: anyGoodToken });
const optionalToken: Protection = Object.freeze({ mode: 'optional', requirement: anyGoodToken });
const optionalBearer: Protection = Object.freeze({ mode: 'optional-bearer', requirement: anyGoodToken });
const requiredToken: Protection = Object.freeze({ mode: 'required', requirement: anyGoodToken });

/** One scope: RFC 6749 §3.3. Two scopes in one string, `'email profile'`, are a mistake: they would match nothing. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Reads `config.googleBearer`.
 *
 * @param value as declared; it may come from JavaScript, so nothing is taken for granted
 * @param route names the route in errors, such as `GET /api/user`
 * @throws {TypeError} when it is none of {@link RouteProtection}: a misspelt `scopes` must not leave a route open to all
 */
export function readProtection(value: unknown, route: string): Protection {
  if (value === undefined) return requiredToken;
  if (value === false) return publicRoute;
  if (value === 'optional') return optionalToken;
  if (value === 'optional-bearer') return optionalBearer;
  const name = `config.googleBearer of ${route}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be false, 'optional', 'optional-bearer' or { scopes, anyScope, maxAgeMs }`);
  }
  const { scopes, anyScope, maxAgeMs, ...unknown }: Record<string, unknown> = { ...value };
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined)
    throw new TypeError(`${name} has an unknown key '${stranger}'; it may have scopes, anyScope and maxAgeMs`);
  const requirement = {
    ...(scopes !== undefined && { scopes: readScopes(scopes, `${name}: scopes`) }),
    ...(anyScope !== undefined && { anyScope: readScopes(anyScope, `${name}: anyScope`) }),
    ...(maxAgeMs !== undefined && { maxAgeMs: readMaxAge(maxAgeMs, `${name}: maxAgeMs`) }),
  };
  if (requirement.anyScope?.length === 0) throw new TypeError(`${name}: anyScope is empty, so no token could pass`);
  return Object.freeze({ mode: 'required', requirement: Object.freeze(requirement) });
}

function readScopes(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array of scopes`);
  const scopes = value.filter((scope: unknown): scope is string => typeof scope === 'string' && scopeToken.test(scope));
  if (scopes.length !== value.length) throw new TypeError(`${name} must hold one scope a string, and no empty one`);
  return Object.freeze(scopes);
}

function readMaxAge(value: unknown, name: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw new TypeError(`${name} must be a number of ms, 0 or more`);
}
