import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TokenVerifier } from 'google-bearer';
import type { RequestPrincipal } from './principal.ts';

/** The key of a request's reply: the watch ends when the reply ends. */
export const replyOf: unique symbol = Symbol('fastify-google-bearer reply');

/** The key of a request's signal, once somebody has asked for it. */
const signalOf: unique symbol = Symbol('fastify-google-bearer access signal');

/** The decorators that a request needs for it. */
export const signalDecorators: readonly symbol[] = [replyOf, signalOf];

declare module 'fastify' {
  interface FastifyRequest {
    [replyOf]: FastifyReply | null;
    [signalOf]: AbortSignal | null;
  }
}

/** A signal that never aborts. Each request gets its own, because listeners of all requests would stay on a common one. */
export function neverAborting(request: FastifyRequest): AbortSignal {
  request[signalOf] ??= new AbortController().signal;
  return request[signalOf];
}

/** The signal that watches over the principal of a request, until the connection or the stream of the request closes. */
export function accessSignalOf(
  request: FastifyRequest,
  principal: RequestPrincipal,
  verifier: TokenVerifier<RequestPrincipal>,
): AbortSignal {
  const made = request[signalOf];
  if (made !== null) return made;
  const controller = new AbortController();
  request[signalOf] = controller.signal;
  const reply = request[replyOf];
  if (reply !== null && !isOver(reply)) {
    const stop = verifier.onRevoked(principal, (error) => controller.abort(error));
    onceOver(reply, stop);
  }
  return controller.signal;
}

/** The response closes when it has been sent, also over a connection that is kept alive, and when its client has left. */
function onceOver({ raw, request }: FastifyReply, stop: () => void): void {
  // After an upgrade the socket lives on, and whoever took it over may have taken it from the response.
  const socket = request.raw.httpVersionMajor > 1 ? null : raw.socket;
  const over = (): void => {
    raw.off('close', over);
    socket?.off('close', over);
    stop();
  };
  raw.once('close', over);
  socket?.once('close', over);
}

/** Whether the client has left, or has its whole answer. */
function isOver({ raw }: FastifyReply): boolean {
  if (raw.destroyed || raw.closed) return true;
  // Over HTTP/2 the response is none of Node's usual streams.
  return (
    'stream' in raw &&
    typeof raw.stream === 'object' &&
    raw.stream !== null &&
    Reflect.get(raw.stream, 'closed') === true
  );
}
