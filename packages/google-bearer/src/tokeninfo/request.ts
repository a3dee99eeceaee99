import type { Pool } from 'undici';
import type { Deadline } from './deadline.ts';
import { Exchange } from './exchange.ts';
import type { TokeninfoReply } from './response.ts';

/** Google's longest answer is under 1 KB; what is much longer is not Google's, and is not worth our memory. */
const MAX_REPLY_BYTES = 64 * 1024;

/** Asks tokeninfo. The only place of this package that talks to the network on behalf of a request. */
export class TokeninfoClient {
  readonly #path: string;
  readonly #opening: Promise<Pool>;
  #pool: Pool | undefined;

  /**
   * @param connections how many requests may be under way at once
   * @param connectTimeoutMs after which a connection that does not come about is given up; a request that waits for one
   *   cannot be taken back, so that it should be no longer than a lookup may take
   */
  constructor(url: URL, connections: number, connectTimeoutMs: number) {
    this.#path = url.pathname + url.search;
    this.#opening = this.#open(url.origin, connections, connectTimeoutMs);
    // Whoever needs it learns that it failed.
    this.#opening.catch(() => undefined);
  }

  /** undici takes longer to load than all the rest: it is loaded while the application starts, and does not hold it up. */
  async #open(origin: string, connections: number, connectTimeout: number): Promise<Pool> {
    const { Pool } = await import('undici');
    this.#pool = new Pool(origin, {
      connections,
      connectTimeout,
      maxResponseSize: MAX_REPLY_BYTES,
      // One slow answer must not hold up those behind it on the same connection.
      pipelining: 1,
      allowH2: false,
    });
    return this.#pool;
  }

  /**
   * Sends one request. The token goes in the Authorization header, where it is in no URL and no access log. A redirect is
   * a reply like any other: it is never followed, since it would hand the token to another host.
   *
   * @throws {RetryLaterError} `ERR_TOKENINFO_UNAVAILABLE` when the deadline passes; else what undici throws
   */
  async post(token: string, deadline: Deadline): Promise<TokeninfoReply> {
    const pool = this.#pool ?? (await this.#opening);
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
      pool.dispatch({ path: this.#path, method: 'POST', headers }, new Exchange(deadline, resolve, reject));
    });
  }

  /** Closes every connection, whatever still waits for an answer. */
  async close(): Promise<void> {
    await (await this.#opening).destroy();
  }
}
