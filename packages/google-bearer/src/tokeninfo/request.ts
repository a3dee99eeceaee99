import { Pool } from 'undici';
import type { TokeninfoReply } from './response.ts';

/** Google's longest answer is under 1 KB; what is much longer is not Google's, and is not worth our memory. */
const MAX_REPLY_BYTES = 64 * 1024;

/** Asks tokeninfo. The only place of this package that talks to the network on behalf of a request. */
export class TokeninfoClient {
  readonly #pool: Pool;
  readonly #path: string;

  /** @param connections how many requests may be under way at once */
  constructor(url: URL, connections: number) {
    this.#path = url.pathname + url.search;
    this.#pool = new Pool(url.origin, {
      connections,
      maxResponseSize: MAX_REPLY_BYTES,
      // One slow answer must not hold up those behind it on the same connection.
      pipelining: 1,
      allowH2: false,
    });
  }

  /**
   * Sends one request. The token goes in the Authorization header, where it is in no URL and no access log. A redirect is
   * a reply like any other: it is never followed, since it would hand the token to another host.
   *
   * @throws what undici throws when there is no reply, or what `signal` was aborted with
   */
  async post(token: string, signal: AbortSignal): Promise<TokeninfoReply> {
    const { statusCode, headers, body } = await this.#pool.request({
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

  close(): Promise<void> {
    return this.#pool.close();
  }
}
