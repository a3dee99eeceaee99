import type { FastifyRequest } from 'fastify';
import type { Principal, PrincipalSource, ServicePrincipal, TokenRefusedError } from 'google-bearer';

/**
 * Tells the types that service accounts may call (`allowServiceAccounts`). Their principals have no subject:
 *
 * ```ts
 * declare module 'fastify-google-bearer' {
 *   interface GoogleBearerTypes { serviceAccounts: true }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be merged into
export interface GoogleBearerTypes {}

/** What `request.principal` can be besides null: a user, or also a service account; see {@link GoogleBearerTypes}. */
export type RequestPrincipal = GoogleBearerTypes extends { serviceAccounts: true }
  ? Principal | ServicePrincipal
  : Principal;

declare module 'fastify' {
  interface FastifyRequest {
    /** The user of the token. Null on public routes, and if the token is optional and none was sent. */
    principal: RequestPrincipal | null;
    /** Where the answer about the token came from; null if {@link principal} is null. */
    principalSource: PrincipalSource | null;
    /**
     * Aborts when you have to end a stream, a socket, a long upload or download that this request has opened. Its `reason` is the
     * error that the next request with this token would get: `ERR_TOKEN_REVOKED`, `ERR_TOKEN_EXPIRED`, `ERR_TOKEN_INVALID` (Google was
     * asked again, and refuses it), or `ERR_REVOCATIONS_STALE`, which says nothing against the token. It never aborts if {@link principal} is null, or after the connection is closed.
     *
     * Made on first use. It throws an `Error` in a hook that runs before googleBearer has checked the token.
     */
    readonly accessSignal: AbortSignal;
  }
}

/** The needed part of a request. Requests over HTTP/2 have it as well. */
export type RequestOfRoute = Pick<FastifyRequest, 'principal' | 'method' | 'routeOptions'>;

/** Requests let through without a token, and how to refuse them after all. */
const anonymous = new WeakMap<RequestOfRoute, () => TokenRefusedError>();

/** Lets a request through without a token; `refuse` prepares the reply and gives the error to throw. */
export function passAnonymously(request: RequestOfRoute, refuse: () => TokenRefusedError): void {
  anonymous.set(request, refuse);
}

/** Whether a request was let through without a token. */
export function passedAnonymously(request: RequestOfRoute): boolean {
  return anonymous.has(request);
}

/**
 * The principal of a request, for handlers of protected routes.
 *
 * @throws {TokenRefusedError} `ERR_TOKEN_MISSING` if the token is optional and none was sent
 * @throws {Error} on a public route, or outside the plugin's scope: a mistake of the developer, answered with 500
 */
export function requirePrincipal(request: RequestOfRoute): RequestPrincipal {
  if (request.principal) return request.principal;
  const refuse = anonymous.get(request);
  if (refuse) throw refuse();
  const { method, url } = request.routeOptions;
  throw new Error(`requirePrincipal: ${method ?? request.method} ${url ?? ''} is not protected by googleBearer`);
}
