import type { FastifyInstance } from 'fastify';
import { requireAccessToken, requirePrincipal } from 'fastify-google-bearer';
import type { TokenVerifier } from 'google-bearer';
import { errorResponses, noContent } from '../docs/openapi.ts';

const response = { ...noContent, ...errorResponses(413, 415) };

/** What the list of revocations says about these. */
const BY_SELF = { by: 'self' } as const;

/** Signing out, of which Google knows nothing: it cannot end a single access token. */
export function tokenRoutes(app: FastifyInstance, verifier: TokenVerifier): void {
  app.delete(
    '/api/token',
    { schema: { tags: ['sign-out'], summary: 'Refuses this very token from now on, on every instance', response } },
    async (request, reply) => {
      await verifier.revokeToken(requireAccessToken(request), BY_SELF);
      return reply.code(204).send();
    },
  );

  app.delete(
    '/api/tokens',
    { schema: { tags: ['sign-out'], summary: 'Refuses every token of this user issued until now', response } },
    async (request, reply) => {
      await Promise.all([
        verifier.revokeSubject(requirePrincipal(request).subject, BY_SELF),
        // By name as well: if this clock is behind Google's, the token that asks may seem to be issued later than now.
        verifier.revokeToken(requireAccessToken(request), BY_SELF),
      ]);
      return reply.code(204).send();
    },
  );
}
