import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ApiError, bodyOf, routeNotFound } from './errors.ts';
import type { Headers } from './headers.ts';

/**
 * Answers what never gets as far as a route, and what Node would answer with an empty body or not at all: bytes that are no HTTP,
 * headers that are too long, a request that never ends, CONNECT, an `Expect` that nobody knows.
 */
export function answerBelowFastify(app: FastifyInstance, headers: Headers): void {
  const exchanges = new WeakMap<Duplex, { readonly request: IncomingMessage; readonly response: ServerResponse }>();
  app.server.prependListener('request', (request, response) => exchanges.set(request.socket, { request, response }));

  // Fastify's own, whose answers have another shape.
  app.server.removeAllListeners('clientError');
  app.server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const answer = refusalOf(error.code);
    // Not the error: it holds the bytes that came.
    app.log.info({ code: answer.code }, 'client error');
    const exchange = exchanges.get(socket);
    const isAnswered =
      exchange?.response.headersSent && !(exchange.request.complete && exchange.response.writableFinished);
    // The rest of a request that was answered already: a second answer would be taken for that of the next one.
    if (isAnswered || !socket.writable) socket.destroy();
    else socket.end(rawReply(answer, headers), () => socket.destroy());
  });
  app.server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => {});
    socket.end(rawReply(routeNotFound(), headers), () => socket.destroy());
  });
  app.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const refusal = new ApiError(417, 'ERR_EXPECTATION_UNKNOWN', 'The only expectation that is met is 100-continue');
    const body = JSON.stringify(bodyOf(refusal));
    response.writeHead(refusal.statusCode, { ...headers, ...entityHeaders(body) }).end(body);
  });
}

/** By the codes of Node and of its parser. */
function refusalOf(code: string | undefined): ApiError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ApiError(431, 'ERR_HEADERS_TOO_LARGE', 'The URL and the headers are too long');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ApiError(413, 'ERR_BODY_TOO_LARGE', 'The body is too large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ApiError(408, 'ERR_REQUEST_TIMEOUT', 'The request took too long to arrive');
    case 'HPE_INVALID_METHOD':
      return new ApiError(400, 'ERR_HTTP_INVALID', 'There is no such method');
    default:
      return new ApiError(400, 'ERR_HTTP_INVALID', 'This is not a well-formed HTTP request');
  }
}

function rawReply(error: ApiError, headers: Headers): string {
  const body = JSON.stringify(bodyOf(error));
  const fields = { ...headers, ...entityHeaders(body), connection: 'close' };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.statusCode} ${STATUS_CODES[error.statusCode]}\r\n${lines.join('')}\r\n${body}`;
}

function entityHeaders(body: string): Headers {
  return { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)) };
}
