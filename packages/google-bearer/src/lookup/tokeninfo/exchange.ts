import type { Dispatcher } from 'undici';
import type { Deadline } from '../deadline.ts';
import type { TokeninfoReply } from './response.ts';

/** Google's longest answer is under 1 KB; what is much longer is not Google's, and is not worth our memory. */
const MAX_REPLY_BYTES = 64 * 1024;

/**
 * One request and its reply, by undici's lowest interface. `request` would make a stream and an AbortSignal for each, which
 * costs as much CPU again as all that we do. And it would wait on when the deadline passes before there is a connection.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (reply: TokeninfoReply) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: Error | undefined;
  #status = 0;
  #retryAfter: string | undefined;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  /**
   * @param resolve called with the reply, once it is complete
   * @param reject called when there is none, or none in time
   */
  constructor(deadline: Deadline, resolve: (reply: TokeninfoReply) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
    deadline.onPass((error) => {
      this.#givenUp = error;
      reject(error);
      this.#controller?.abort(error);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp !== undefined) controller.abort(this.#givenUp);
  }

  /** Also called for 1xx, which is no reply yet; the reply's own status comes after it. */
  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    const retryAfter = headers['retry-after'];
    this.#status = statusCode;
    this.#retryAfter = typeof retryAfter === 'string' ? retryAfter : undefined;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length;
    this.#chunks.push(chunk);
    if (this.#length > MAX_REPLY_BYTES) controller.abort(new ReplyTooLongError());
  }

  onResponseEnd(): void {
    const [first, ...rest] = this.#chunks;
    const body = first === undefined || rest.length > 0 ? Buffer.concat(this.#chunks) : first;
    this.#resolve({ status: this.#status, retryAfter: this.#retryAfter, body: body.toString() });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(this.#status === 200 ? new BrokenYesError(error) : error);
  }
}

class ReplyTooLongError extends Error {
  readonly code = 'ERR_REPLY_TOO_LONG';
}

/** Google answered 200, and then not well. It is not down, so that this counts for nothing. */
export class BrokenYesError extends Error {
  readonly code: string;

  constructor(cause: Error) {
    super('a 200 whose body is of no use', { cause });
    this.code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  }
}
