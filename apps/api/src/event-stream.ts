import { Readable } from 'node:stream';

/** How often a stream shows that it lives, in ms: more often than proxies and load balancers give up on a silent connection. */
const BEAT_MS = 15_000;

/** What may wait for a client that does not read, in bytes. It gets no more beats then. */
const MOST_WAITING = 1_024;

/** One event of a stream. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
  /** When the client may come back once the stream has ended, in ms. */
  readonly retryMs: number;
}

/** A stream of server-sent events (HTML Standard §9.2), as the body of a reply. */
export class EventStream extends Readable {
  #isEnded = false;
  readonly #beat = setInterval(() => this.#push(': beat\n\n'), BEAT_MS).unref();

  constructor(first: StreamEvent) {
    super({ highWaterMark: MOST_WAITING });
    this.push(textOf(first));
  }

  /** Ends the stream, after one more event if there is one. */
  end(last?: StreamEvent): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearInterval(this.#beat);
    if (last !== undefined) this.push(textOf(last));
    this.push(null);
  }

  #push(text: string): void {
    if (this.readableLength < MOST_WAITING) this.push(text);
  }

  /** What is read is pushed when it happens. */
  override _read(): void {}

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.#beat);
    done(error);
  }
}

/** JSON has no line breaks in it, which would end the data. */
function textOf({ event, data, retryMs }: StreamEvent): string {
  return `retry: ${retryMs}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
