import type { FastifyInstance, FastifySchema } from 'fastify';

const wellKnown = '/.well-known/oauth-protected-resource';

/** Where the RFC 9728 metadata of a resource are. */
export interface ResourceMetadata {
  /** The resource identifier, as the caller wrote it: clients compare it as a string (RFC 9728 §3.3). */
  readonly resource: string;
  /** The path they are served at. */
  readonly path: string;
  /** Their URL, for the `resource_metadata` of challenges (§5.1). */
  readonly url: string;
}

/** An absolute URL and no more: what `URL` would mend or leave out is no way to write one. */
const PLAIN = /^https?:\/\/[^/\s\\?#@]+(\/[^\s\\?#]*)?$/i;

/**
 * Finds where the metadata of a resource belong: the well-known part stands between host and path (RFC 9728 §3.1).
 *
 * @throws {TypeError} when it is not an https URL (http for a loopback host) without query and fragment
 */
export function locateMetadata(resource: unknown): ResourceMetadata {
  if (typeof resource !== 'string' || !PLAIN.test(resource) || !URL.canParse(resource)) {
    throw new TypeError(
      'fastify-google-bearer: resource must be an absolute URL without credentials, query and fragment',
    );
  }
  const { protocol, hostname, origin, pathname } = new URL(resource);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw new TypeError('fastify-google-bearer: resource must be an https URL; http is for loopback hosts only');
  }
  // The path becomes a route, where other characters would have a meaning.
  if (!/^[\w.~/-]*$/.test(pathname))
    throw new TypeError('fastify-google-bearer: resource has a path with characters other than A-Z a-z 0-9 - . _ ~');
  const path = wellKnown + (pathname === '/' ? '' : pathname);
  return { resource, path, url: origin + path };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Serves the metadata, to everybody.
 *
 * @param scopes the scopes that routes ask for; read on each request, as routes come after the plugin
 */
export function serveMetadata(fastify: FastifyInstance, metadata: ResourceMetadata, scopes: ReadonlySet<string>): void {
  // @fastify/swagger reads `hide`: this is not a part of the API that the document describes.
  const schema: FastifySchema & { readonly hide: true } = { hide: true };
  fastify.get(metadata.path, { config: { googleBearer: false }, schema }, () => ({
    resource: metadata.resource,
    authorization_servers: ['https://accounts.google.com'],
    // Members without a value must be left out (RFC 9728 §3.2).
    ...(scopes.size > 0 && { scopes_supported: [...scopes].sort() }),
    bearer_methods_supported: ['header'],
  }));
}
