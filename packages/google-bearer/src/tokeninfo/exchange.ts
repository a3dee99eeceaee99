import type { Dispatcher } from 'undici';
import type { Deadline } from './deadline.ts';
import type { TokeninfoReply } from './response.ts';

/**
 * One request and its reply, which fits in one chunk: undici's lowest interface. Its `request` makes a stream for each
 * reply, which costs more than all that we do with it.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (reply: TokeninfoReply) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: Error | undefined;
  #status = 0;
  #retryAfter: string | undefined;
  readonly #chunks: Buffer[] = [];

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

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first, ...rest] = this.#chunks;
    const body = first === undefined || rest.length > 0 ? Buffer.concat(this.#chunks) : first;
    this.#resolve({ status: this.#status, retryAfter: this.#retryAfter, body: body.toString() });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
