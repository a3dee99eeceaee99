import type { FastifyInstance, FastifyPluginAsync, onRequestHookHandler, preValidationHookHandler } from 'fastify';
import fp from 'fastify-plugin';
import type { TokenVerifier } from 'google-bearer';
import { registerBearerAuth } from './bearer-auth.ts';
import { oddScope } from './google-scopes.ts';
import { Guard, guardOf } from './guard.ts';
import { LookupBudget } from './lookup-budget/lookup-budget.ts';
import { declareSecurity } from './openapi.ts';
import { type GoogleBearerOptions, readOptions } from './options.ts';
import type { RequestPrincipal } from './principal.ts';
import { setErrorHeaders } from './refusal.ts';
import { completeRequest, decorateRequests } from './request-properties.ts';
import { serveMetadata } from './resource-metadata.ts';
import { type Protection, readProtection } from './route-protection.ts';

/**
 * Protects every route of the scope it is registered in, and of the scopes within, with Google access tokens. Siblings
 * and the scope around are left alone. Where it is registered again further in, the inner one is in charge.
 *
 * Throws `TypeError`s that name the option, or the route with a wrong `config.googleBearer`.
 *
 * @example
 * await app.register(googleBearer, { audience: process.env.GOOGLE_CLIENT_ID });
 * app.get('/api/user', { config: { googleBearer: { scopes: ['email'] } } }, (request) => requirePrincipal(request).email);
 */
export const googleBearer: FastifyPluginAsync<GoogleBearerOptions> = fp(protectScope, {
  fastify: '^5.3.0',
  name: 'fastify-google-bearer',
});

async function protectScope(fastify: FastifyInstance, options: GoogleBearerOptions): Promise<void> {
  if (Object.hasOwn(fastify, guardOf)) throw new TypeError('fastify-google-bearer: already registered in this scope');
  const { verifier, ownsVerifier, realm, metadata, budget } = readOptions(options);
  if (ownsVerifier) {
    fastify.addHook('onClose', () => verifier.close());
    fastify.addHook('onReady', () => awaitRevocations(fastify, verifier));
  }
  if (metadata && fastify.prefix !== '') {
    throw new TypeError(
      'fastify-google-bearer: resource: its metadata belong to the root of the host; register googleBearer without a prefix',
    );
  }
  if (!fastify.hasDecorator(guardOf)) decorateRequests(fastify);

  const scopes = new Set<string>();
  const noteScopes = (route: string, { requirement }: Protection): void => {
    for (const scope of [...(requirement.scopes ?? []), ...(requirement.anyScope ?? [])]) {
      const odd = scopes.has(scope) ? undefined : oddScope(scope);
      if (odd !== undefined) fastify.log.warn(`config.googleBearer of ${route}: ${odd}`);
      scopes.add(scope);
    }
  };
  const verifyBearerAuth = await registerBearerAuth(fastify, (token, request) => guard.judge(token, request));
  const guard: Guard = new Guard({
    verifier,
    verifyBearerAuth,
    budget: budget && new LookupBudget(budget, fastify.log),
    noteScopes,
    context: { realm, resourceMetadata: metadata?.url },
  });
  fastify.decorate(guardOf, guard);
  const isInCharge = (scope: FastifyInstance): boolean => scope.getDecorator(guardOf) === guard;

  const check: onRequestHookHandler = (request, reply, done) => {
    completeRequest(request);
    if (isInCharge(request.server)) guard.check(request, reply, done);
    else done();
  };
  const checkAgain: preValidationHookHandler = (request, reply, done) => {
    if (isInCharge(request.server)) guard.checkAgain(request, reply, done);
    else done();
  };

  fastify.addHook('onRoute', function (route) {
    if (!isInCharge(this)) return;
    const name = `${route.method} ${route.url}`;
    const protection = readProtection(route.config?.googleBearer, name);
    noteScopes(name, protection);
    declareSecurity(route, protection);
    // The last of the route's own hooks, which run after those of every scope: one of them may read the body.
    route.preValidation = [...[route.preValidation ?? []].flat(), checkAgain];
  });
  fastify.addHook('onRequest', check);
  // For routes that were declared before the plugin, and for hooks that other plugins add to a route after us.
  fastify.addHook('preHandler', checkAgain);
  // For what handlers throw: `verifier.revokeToken` can fail too, and its 503 needs a Retry-After as well.
  fastify.addHook('onError', (request, reply, error, done) => {
    if (isInCharge(request.server)) setErrorHeaders(reply, error, guard.context);
    done();
  });

  if (metadata) serveMetadata(fastify, metadata, scopes);
}

/** Waits until the verifier knows what is revoked; not quite as long as Fastify would, whose error tells less. */
async function awaitRevocations(fastify: FastifyInstance, verifier: TokenVerifier<RequestPrincipal>): Promise<void> {
  const { pluginTimeout = 10_000 } = fastify.initialConfig;
  try {
    await verifier.ready(pluginTimeout > 0 ? AbortSignal.timeout(pluginTimeout * 0.9) : undefined);
  } catch (timeout) {
    const cause = (await whyStale(verifier)) ?? timeout;
    throw new Error('fastify-google-bearer: the revocation log could not be read in time', { cause });
  }
}

/** While the log cannot be read every token is refused, and the error says why. Google is not asked then. */
async function whyStale(verifier: TokenVerifier<RequestPrincipal>): Promise<unknown> {
  try {
    await verifier.verify('-');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.cause : undefined;
  }
}
