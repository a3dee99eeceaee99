import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { GoogleBearerError } from 'google-bearer';

/** What this API itself can have against a request, or against the moment. */
export type ApiErrorCode =
  | 'ERR_URL_INVALID'
  | 'ERR_HTTP_INVALID'
  | 'ERR_HEADERS_TOO_LARGE'
  | 'ERR_BODY_TOO_LARGE'
  | 'ERR_REQUEST_TIMEOUT'
  | 'ERR_EXPECTATION_UNKNOWN'
  | 'ERR_NO_PREFLIGHT'
  | 'ERR_REQUEST_REFUSED'
  | 'ERR_BODY_INVALID'
  | 'ERR_USER_MISMATCH'
  | 'ERR_EMAIL_UNVERIFIED'
  | 'ERR_USER_NOT_FOUND'
  | 'ERR_NOT_ADMIN'
  | 'ERR_ROUTE_NOT_FOUND'
  | 'ERR_GOOGLE_UNAVAILABLE'
  | 'ERR_DATABASE_UNAVAILABLE'
  | 'ERR_STOPPING'
  | 'ERR_INTERNAL';

/** An error to answer with as it is: neither its message nor its cause may hold a token, an e-mail address or a `sub`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly statusCode: number;
  readonly code: ApiErrorCode;
  /** For `Retry-After`, in whole seconds. */
  readonly retryAfterS: number | undefined;

  constructor(
    statusCode: number,
    code: ApiErrorCode,
    message: string,
    options: ErrorOptions & { readonly retryAfterS?: number } = {},
  ) {
    super(message, options);
    this.statusCode = statusCode;
    this.code = code;
    this.retryAfterS = options.retryAfterS;
  }
}

/**
 * Answers every error in Fastify's shape, `{ statusCode, code, error, message }`. Sending an `Error` rather than an object
 * lets the `onError` hook of fastify-google-bearer add its headers.
 */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = answerTo(error);
  log(error, answer, request);
  if (answer instanceof ApiError && answer.retryAfterS !== undefined) reply.header('retry-after', answer.retryAfterS);
  reply.code(answer.statusCode).send(answer);
}

/** Answers a request that no route is for. The URL is neither repeated nor logged: it may hold anything. */
export function handleNotFound(_request: FastifyRequest, reply: FastifyReply): void {
  reply.code(404).send(routeNotFound());
}

export function routeNotFound(): ApiError {
  return new ApiError(404, 'ERR_ROUTE_NOT_FOUND', 'There is no such route');
}

/** What a reply says about an error: Fastify writes it so, and what does not go through Fastify has to. */
export function bodyOf({ statusCode, code, message }: ApiError | GoogleBearerError): object {
  return { statusCode, code, error: STATUS_CODES[statusCode], message };
}

type Answer = Error & { readonly statusCode: number };

function answerTo(error: unknown): Answer {
  if (error instanceof ApiError || error instanceof GoogleBearerError) return error;
  if (isFastifyRefusal(error)) {
    // The one whose message repeats the URL.
    return error.code === 'FST_ERR_BAD_URL' ? new ApiError(400, 'ERR_URL_INVALID', 'The URL is malformed') : error;
  }
  if (isFileRefusal(error)) return new ApiError(error.status, 'ERR_REQUEST_REFUSED', STATUS_CODES[error.status] ?? '');
  return new ApiError(500, 'ERR_INTERNAL', 'Internal Server Error');
}

/** What @fastify/static has against a request for a file of /docs, as a range beyond its end. Its words are not repeated. */
function isFileRefusal(error: unknown): error is Error & { readonly status: number } {
  if (!(error instanceof Error && 'expose' in error && 'status' in error)) return false;
  return error.expose === true && Number(error.status) >= 400 && Number(error.status) < 500;
}

/** Errors in which Fastify blames the request. Their messages name members and rules, never values. */
function isFastifyRefusal(error: unknown): error is FastifyError & Answer {
  if (!(error instanceof Error && 'code' in error && 'statusCode' in error)) return false;
  const { code, statusCode } = error;
  return typeof code === 'string' && code.startsWith('FST_') && Number(statusCode) >= 400 && Number(statusCode) < 500;
}

function log(error: unknown, answer: Answer, request: FastifyRequest): void {
  // Without a principal it is fastify-google-bearer that refused, and has logged it.
  if (answer instanceof GoogleBearerError && request.principal === null) return;
  const { statusCode } = answer;
  const text = STATUS_CODES[statusCode] ?? 'request failed';
  if (statusCode >= 500) request.log.error({ err: error }, text);
  else request.log.info({ code: 'code' in answer ? answer.code : undefined }, text);
}
