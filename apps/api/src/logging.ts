import { type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify';
import { GoogleBearerError } from 'google-bearer';
import type { LogLevel } from './env.ts';
import { ApiError } from './errors.ts';

/** Where log lines go; by default to standard output. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * What the log may say. Every serializer lists what it takes, so that nothing comes along: no header, no URL (a query may
 * hold `access_token`, a mistyped path an address), no body, no member that some library hangs on its errors.
 */
export function loggerOptions(
  level: LogLevel,
  stream: LogDestination | undefined,
): Exclude<FastifyServerOptions['logger'], boolean | undefined> {
  return {
    level,
    ...(stream && { stream }),
    // For a line that somebody adds without thinking of the serializers.
    redact: ['authorization', 'headers.authorization', '*.headers.authorization', '*.authorization'],
    serializers: {
      req: ({ method, routeOptions, ip }: FastifyRequest) => ({
        method,
        route: routeOptions?.url ?? '(unmatched)',
        remoteAddress: ip,
      }),
      res: ({ statusCode }) => ({ statusCode }),
      err: (error: unknown) => describeError(error),
    },
  };
}

/** The error handler has said what there is to say when Fastify's own gets an error. */
export class QuietLogController extends LogController {
  override defaultErrorLog(): void {}
}

/** A type, not an interface: pino asks for an index signature. */
type ErrorDescription = {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack: string;
  readonly cause?: ErrorDescription;
};

function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: '(not an error)', stack: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type: error.name,
    message: withoutPersons(error),
    ...(code !== undefined && { code }),
    stack: framesOf(error),
    ...(error.cause !== undefined && depth < 4 && { cause: describeError(error.cause, depth + 1) }),
  };
}

/** Only messages written for this project are known to quote nobody; a parser's may hold a piece of what it read. */
function withoutPersons(error: Error): string {
  if (error instanceof ApiError || error instanceof GoogleBearerError) return error.message;
  return error.message.replace(/\S*@\S*|\d{8,}|[\w~+/=.-]{24,}/g, '[…]').slice(0, 300);
}

/** The stack without its first lines, which repeat the message. */
function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
