import type { Pool } from 'undici';
import type { TokeninfoReply } from './response.ts';

/** Google's longest answer is under 1 KB; what is much longer is not Google's, and is not worth our memory. */
const MAX_REPLY_BYTES = 64 * 1024;

/** Asks tokeninfo. The only place of this package that talks to the network on behalf of a request. */
export class TokeninfoClient {
  readonly #path: string;
  readonly #opening: Promise<Pool>;
  #pool: Pool | undefined;

  /**
   * @param connectTimeoutMs after which a connection that does not come about is given up; a request that waits for one
   *   cannot be taken back, so that it should be no longer than a lookup may take
   */
  constructor(url: URL, connectTimeoutMs: number) {
    this.#path = url.pathname + url.search;
    this.#opening = this.#open(url.origin, connectTimeoutMs);
    // Whoever needs it learns that it failed.
    this.#opening.catch(() => undefined);
  }

  /** undici takes longer to load than all the rest: it is loaded while the application starts, and does not hold it up. */
  async #open(origin: string, connectTimeout: number): Promise<Pool> {
    const { Pool } = await import('undici');
    this.#pool = new Pool(origin, {
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
   * @throws the signal's reason, when it aborts first; else what undici throws
   */
  async post(token: string, signal: AbortSignal): Promise<TokeninfoReply> {
    const pool = this.#pool ?? (await this.#opening);
    const { statusCode, headers, body } = await pool.request({
      path: this.#path,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      signal,
    });
    const retryAfter = headers['retry-after'];
    return {
      status: statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      body: await body.text(),
    };
  }

  /** Closes every connection, whatever still waits for an answer. */
  async close(): Promise<void> {
    await (await this.#opening).destroy();
  }
}
