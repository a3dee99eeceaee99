import bearerAuth from '@fastify/bearer-auth';
import type { FastifyInstance } from 'fastify';

/** Makes what reads the header of a request. */
export type BearerAuthFactory = bearerAuth.verifyBearerAuthFactory;

/** Reads the header of one request, and has its token judged. */
export type BearerAuth = bearerAuth.verifyBearerAuth;

/**
 * Registers @fastify/bearer-auth and takes its factory.
 *
 * It decorates the instance it is registered on. That is a scope of its own here, so that an app can use
 * @fastify/bearer-auth beside this plugin, and this plugin more than once.
 */
export async function registerBearerAuth(fastify: FastifyInstance): Promise<BearerAuthFactory> {
  let factory: BearerAuthFactory | undefined;
  await fastify.register(async (scope) => {
    await scope.register(bearerAuth, { addHook: false, keys: [] });
    factory = scope.verifyBearerAuthFactory;
  });
  if (factory === undefined) throw new Error('@fastify/bearer-auth did not provide its factory');
  return factory;
}
