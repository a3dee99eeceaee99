import { inspect } from 'node:util';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type ChallengeContext,
  formatChallenge,
  GoogleBearerError,
  RetryLaterError,
  TokenRefusedError,
} from 'google-bearer';

/** An error that says which status to answer with. */
export type AnswerableError = Error & { readonly statusCode: number };

/**
 * Turns whatever stopped a request into what the app's error handler gets: errors of google-bearer as they are, and
 * anything unforeseen as a plain 500 whose `cause` tells the developer what the client must not read.
 */
export function neutralise(reason: unknown): AnswerableError {
  if (reason instanceof GoogleBearerError) return reason;
  return Object.assign(new Error('Internal Server Error', { cause: reason }), { statusCode: 500 });
}

/** Replaces an unforeseen error that quotes the token, so that neither a log nor an error handler gets to see it. */
export function withoutToken(error: unknown, token: string): unknown {
  if (error instanceof GoogleBearerError || !inspect(error, { depth: 4, maxStringLength: Infinity }).includes(token))
    return error;
  return new Error('The error that occurred is withheld, because it quotes the access token');
}

/**
 * Sets the header that belongs to an error, unless it is there: `WWW-Authenticate` (RFC 6750 §3) or `Retry-After`
 * (RFC 9110 §10.2.3).
 */
export function setErrorHeaders(reply: FastifyReply, error: unknown, context: ChallengeContext): void {
  if (error instanceof TokenRefusedError && !reply.hasHeader('www-authenticate')) {
    reply.header('www-authenticate', formatChallenge(error.challenge, context));
  }
  if (error instanceof RetryLaterError && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', error.retryAfterS);
  }
}

/**
 * Logs that a request was stopped: at info when that was the request's doing, at error when it was ours or Google's.
 *
 * Fastify's default error handler logs the error, with its code and causes, at the same levels. So this is for apps with
 * an error handler of their own.
 */
export function logRefusal(request: FastifyRequest, error: AnswerableError): void {
  if (request.server.errorHandler.name === 'defaultErrorHandler') return;
  if (error.statusCode >= 500) request.log.error({ err: error }, error.message);
  else request.log.info({ code: error instanceof GoogleBearerError ? error.code : undefined }, error.message);
}
