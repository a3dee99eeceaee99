import type { FastifyInstance, FastifyRequest } from 'fastify';
import { signalDecorators } from './access-signal.ts';
import { judgedToken } from './access-token.ts';
import { guardOf } from './guard.ts';
import { judgeAgain } from './reverify.ts';

/** What every request has from the beginning. */
const PROPERTIES = ['principal', 'principalSource', judgedToken, ...signalDecorators] as const;

/** Adds the plugin's properties to the requests of a scope. */
export function decorateRequests(fastify: FastifyInstance): void {
  for (const name of PROPERTIES) fastify.decorateRequest(name, null);
  fastify.decorateRequest('accessSignal', {
    getter() {
      return this.server[guardOf].accessSignal(this);
    },
  });
  fastify.decorateRequest(judgeAgain, function () {
    return this.server[guardOf].judgeAgain(this);
  });
}

/**
 * Adds them to a request that lacks them. Fastify gives each scope a class of requests when the scope is made: one from before the plugin
 * inherits its functions, but none of its properties.
 */
export function completeRequest(request: FastifyRequest): void {
  for (const name of PROPERTIES) if (!(name in request)) Object.assign(request, { [name]: null });
}
