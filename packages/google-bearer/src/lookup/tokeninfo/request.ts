import type { Dispatcher, Pool as PoolType } from 'undici';
import { isLoopback } from '../../loopback.ts';
import type { Deadline } from '../deadline.ts';
import { Exchange } from './exchange.ts';
import type { TokeninfoReply } from './response.ts';

/** Asks tokeninfo. The only place of this package that talks to the network on behalf of a request. */
export class TokeninfoClient {
  /** Whom it asks, with the port: for whoever looks for the cause of an outage. */
  readonly host: string;
  readonly #origin: string;
  readonly #path: string;
  /** Whether the dispatcher was made here, and so ends here. */
  readonly #isOwn: boolean;
  readonly #opening: Promise<Dispatcher>;
  #dispatcher: Dispatcher | undefined;

  /**
   * @param dispatcher sends the requests, and stays its maker's; undefined: one is made
   * @param timeoutMs after which a connection that does not come about is given up; it should be no longer than a lookup may
   *   take
   */
  constructor(url: URL, dispatcher: Dispatcher | undefined, timeoutMs: number) {
    this.host = url.host;
    this.#origin = url.origin;
    this.#path = url.pathname + url.search;
    this.#dispatcher = dispatcher;
    this.#isOwn = dispatcher === undefined;
    this.#opening = dispatcher === undefined ? this.#open(url, timeoutMs) : Promise.resolve(dispatcher);
    // Whoever needs it learns that it failed.
    this.#opening.catch(() => undefined);
  }

  /** undici takes longer to load than all the rest: it is loaded while the application starts, and does not hold it up. */
  async #open(url: URL, timeoutMs: number): Promise<Dispatcher> {
    const { EnvHttpProxyAgent, Pool } = await import('undici');
    const options: PoolType.Options = {
      connectTimeout: timeoutMs,
      // One slow answer must not hold up those behind it on the same connection.
      pipelining: 1,
      allowH2: false,
    };
    // A proxy could not reach an emulator on this machine, and would be handed the token.
    this.#dispatcher = isLoopback(url)
      ? new Pool(url.origin, options)
      : new EnvHttpProxyAgent({
          ...options,
          // A proxy that takes a connection and then says nothing is given up as well.
          clientFactory: (origin, own) => new Pool(origin, { ...own, headersTimeout: timeoutMs }),
        });
    return this.#dispatcher;
  }

  /**
   * Sends one request. The token goes in the Authorization header, where it is in no URL and no access log. A redirect is
   * a reply like any other: it is never followed, since it would hand the token to another host.
   *
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when the deadline passes; else what undici throws
   */
  async post(token: string, deadline: Deadline): Promise<TokeninfoReply> {
    const dispatcher = this.#dispatcher ?? (await this.#opening);
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
      const options = { origin: this.#origin, path: this.#path, method: 'POST', headers } as const;
      dispatcher.dispatch(options, new Exchange(deadline, resolve, reject));
    });
  }

  /** Closes every connection, whatever still waits for an answer. A dispatcher that was given is left alone. */
  async close(): Promise<void> {
    if (!this.#isOwn) return;
    // One that could not be made, as with a proxy's URL that is none, need not be closed.
    await this.#opening.then(
      (dispatcher) => dispatcher.destroy(),
      () => undefined,
    );
  }
}
