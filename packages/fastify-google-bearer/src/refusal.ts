import { inspect } from 'node:util';
import type { FastifyReply } from 'fastify';
import {
  type ChallengeContext,
  formatChallenge,
  GoogleBearerError,
  RetryLaterError,
  TokenRefusedError,
} from 'google-bearer';
import { watchedLog } from './watched-log.ts';

/** An error that says which status to answer with. */
export type AnswerableError = Error & { readonly statusCode: number };

/** A plain 500, which tells the client nothing. Its `cause` tells the developer all. */
class UnforeseenError extends Error {
  readonly statusCode = 500;

  constructor(cause: unknown) {
    super('Internal Server Error', { cause });
  }
}

/**
 * Turns whatever stopped a request into what the app's error handler gets: errors of google-bearer as they are, and
 * anything unforeseen as a plain 500 whose `cause` tells the developer what the client must not read.
 */
export function neutralise(reason: unknown): AnswerableError {
  if (reason instanceof GoogleBearerError || reason instanceof UnforeseenError) return reason;
  return new UnforeseenError(reason);
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
 * Leaves one line in the log about a request that was stopped: at info when that was the request's doing, at error when it
 * was ours or Google's.
 *
 * Fastify's default error handler logs the error, with its code and causes, at the same levels. Whether that one is reached
 * depends on the handlers of app, scope and route, so the logs are watched: whoever logs this error has said it. If nobody
 * did, we do, once the reply is out.
 */
export function logOnce(reply: FastifyReply, error: AnswerableError): void {
  const { log, raw, request } = reply;
  let said = false;
  const onSaid = (): void => {
    said = true;
  };
  reply.log = watchedLog(log, error, onSaid);
  request.log = watchedLog(request.log, error, onSaid);
  const sayUnlessSaid = (): void => {
    if (said) return;
    said = true;
    if (error.statusCode >= 500) log.error({ err: error }, error.message);
    else log.info(detailsOf(error), error.message);
  };
  // Before Fastify's line about the end of the request; a reply that never gets out only closes.
  raw.prependOnceListener('finish', sayUnlessSaid);
  raw.once('close', sayUnlessSaid);
}

function detailsOf(error: AnswerableError): object {
  if (!(error instanceof GoogleBearerError)) return {};
  const { code } = error;
  return error instanceof TokenRefusedError && error.audience ? { code, audience: error.audience } : { code };
}
