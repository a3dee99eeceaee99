import bearerAuth from '@fastify/bearer-auth';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Reads the Authorization header of a request and has its token judged; ends with an error unless the token is good. */
export type VerifyBearerAuth = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

/** Judges the token of a request: true at once, or later, when it is good; an error otherwise. */
export type JudgeToken = (token: string, request: FastifyRequest) => true | Promise<true>;

/**
 * Registers @fastify/bearer-auth in a scope of its own, so that the app can use it as well.
 *
 * @returns what reads a header; its errors are those of `judge`, or of @fastify/bearer-auth ({@link isHeaderRefusal})
 */
export async function registerBearerAuth(fastify: FastifyInstance, judge: JudgeToken): Promise<VerifyBearerAuth> {
  let verifyBearerAuth: VerifyBearerAuth | undefined;
  await fastify.register(async (scope) => {
    await scope.register(bearerAuth, optionsFor(judge));
    verifyBearerAuth = scope.verifyBearerAuth;
  });
  if (verifyBearerAuth === undefined) throw new Error('fastify-google-bearer: @fastify/bearer-auth was not registered');
  return verifyBearerAuth;
}

function optionsFor(auth: JudgeToken): bearerAuth.FastifyBearerAuthOptions {
  const options: bearerAuth.FastifyBearerAuthOptions = {
    // We add the hook, and the app's error handler answers.
    addHook: false,
    keys: [],
    auth,
    // The scheme in any case (RFC 9110 §11.1); its 'rfc6750' would demand a capital B.
    specCompliance: 'rfc6749',
  };
  // Null is its word for "log no refusal", but its types only have the names of levels. Undefined would mean level error.
  Object.assign(options, { verifyErrorLogLevel: null });
  return options;
}

/** Whether @fastify/bearer-auth itself refused a request: its header is missing, or begins with something else than `Bearer `. */
export function isHeaderRefusal(error: Error): boolean {
  return 'code' in error && String(error.code).startsWith('FST_BEARER_AUTH_');
}
