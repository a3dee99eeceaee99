import { setImmediate as turn } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { StreamHeld } from './history.ts';

/** A stream while it is open. */
type Open = { -readonly [Name in keyof StreamHeld]: StreamHeld[Name] };

/** A request that was answered, by the clock of the one who sent it. */
interface Answered {
  readonly sentAt: number;
  readonly answeredAt: number;
}

/**
 * Holds streams open at many APIs, and finds out until when they were. That cannot be read off the time at which the end arrives:
 * whoever reads it may be late. But an API that has answered two requests, the second of which was sent after the first was
 * answered, has done by then all that was due when the first was sent; and what it has written by then can be read by now.
 */
export class Streams {
  #agent = newAgent();
  readonly #open = new Map<number, Set<Open>>();
  readonly #answered = new Map<number, Answered>();

  /**
   * Opens a stream with a token, and follows it until it ends.
   *
   * @param at which API it is, at `url`
   * @returns what will be known of it, or the status if it was refused; undefined: nobody answered
   */
  async open(url: string, token: string, at: number): Promise<StreamHeld | number | undefined> {
    const headers = { authorization: `Bearer ${token}` };
    const response = await request(`${url}/api/events`, { headers, dispatcher: this.#agent }).catch(() => undefined);
    if (response === undefined) return undefined;
    const { statusCode, body } = response;
    if (statusCode !== 200) {
      await body.dump().catch(() => undefined);
      return statusCode;
    }
    const now = performance.now();
    const stream: Open = { kind: 'stream', token, at, openedAt: now, openAsOf: 0, endedAt: undefined, code: undefined };
    const streams = this.#open.get(at) ?? new Set();
    this.#open.set(at, streams.add(stream));
    void this.#follow(stream, body, streams);
    return stream;
  }

  async #follow(stream: Open, body: AsyncIterable<Buffer>, streams: Set<Open>): Promise<void> {
    let text = '';
    try {
      for await (const chunk of body) text += chunk;
    } catch {
      // The API was killed, or the test is over.
    }
    streams.delete(stream);
    stream.endedAt = performance.now();
    stream.code = /^event: refused\ndata: .*"code":"(\w+)"/m.exec(text)?.[1];
  }

  /** Says that an API has answered a request. */
  async answered(at: number, answer: Answered): Promise<void> {
    const before = this.#answered.get(at);
    if (before === undefined) this.#answered.set(at, answer);
    if (before === undefined || answer.sentAt < before.answeredAt) return;
    this.#answered.set(at, answer);
    // Ends that have arrived are read in these.
    for (let count = 0; count < 3; count++) await turn();
    for (const stream of this.#open.get(at) ?? []) stream.openAsOf = Math.max(stream.openAsOf, before.sentAt);
  }

  /** How many are open. */
  get size(): number {
    return [...this.#open.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Lets go of all that are open. */
  async release(): Promise<void> {
    const agent = this.#agent;
    this.#agent = newAgent();
    this.#open.clear();
    await agent.destroy();
  }
}

/** It has no limits: as many connections as there are streams, and as long as they are silent. */
function newAgent(): Agent {
  return new Agent({ connections: null, bodyTimeout: 0 });
}
