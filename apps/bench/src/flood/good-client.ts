import { Pool } from 'undici';
import { type HeaderTokens, mintTokens } from '../tokens.ts';
import { paced } from './paced.ts';
import { CLIENTS, PROTECTED, PUBLIC } from './routes.ts';

/** What a request comes with: a token that the API knows, a good one that it has never seen, or none, to a public route. */
export type Kind = 'known' | 'new' | 'public';

/** All of them. */
export const KINDS: readonly Kind[] = ['known', 'new', 'public'];

/** What the good client sends, in turn. */
const TURNS: readonly Kind[] = ['known', 'public', 'new', 'known', 'public'];

/** Requests a second: a fifth of them ask Google about a new token. */
const PER_S = 500;

/** So many tokens are known, each used about once a second: they are never those that were used longest ago. */
const KNOWN = 200;

/** How fast tokens are learned before anything is measured: the upstream refuses none. */
const LEARNED_PER_S = 400;

/** So many requests are under way at most. */
const AT_ONCE = 64;

/** What came of some seconds. */
export interface Answers {
  /** How long each request of a kind took, in ms. */
  readonly ms: Readonly<Record<Kind, readonly number[]>>;
  /** How many were not answered with 200. */
  readonly refused: number;
}

/** A client with good tokens alone, at an address that it has for itself. */
export class GoodClient {
  readonly #origin: string;
  readonly #tokens: HeaderTokens;
  #pool: Pool;
  #seen = 0;

  /** @param tokens how many it has, for as long as it is there */
  constructor(origin: string, tokens: number) {
    this.#origin = origin;
    this.#tokens = mintTokens(tokens);
    this.#pool = this.#connect();
  }

  /** Sends so many new tokens, the known ones first, and then those a second time. */
  async introduce(tokens: number): Promise<void> {
    const goesOn = (sent: number): boolean => sent < tokens;
    let refused = 0;
    const introduce = async (token: string): Promise<void> => {
      if ((await this.#ask(PROTECTED, token)) !== 200) refused++;
    };
    await paced({ perS: LEARNED_PER_S, atOnce: AT_ONCE, goesOn }, () => introduce(this.#tokens.header(this.#seen++)));
    if (refused > 0) throw new Error(`${refused} of ${tokens} good tokens were refused with nobody else there`);
    await this.greet();
  }

  /** Sends all known tokens at once: all connections are open afterwards. */
  async greet(): Promise<void> {
    await Promise.all(Array.from({ length: KNOWN }, (_, index) => this.#ask(PROTECTED, this.#tokens.header(index))));
  }

  /** Sends requests of all kinds for as long as something else takes. */
  async during(something: Promise<unknown>): Promise<Answers> {
    const ms: Record<Kind, number[]> = { known: [], new: [], public: [] };
    let refused = 0;
    let isOver = false;
    const over = something.finally(() => {
      isOver = true;
    });
    await paced({ perS: PER_S, atOnce: AT_ONCE, goesOn: () => !isOver }, async (index) => {
      const kind = TURNS[index % TURNS.length] ?? 'public';
      const [path, token] = this.#request(kind, index);
      const beganAt = performance.now();
      const status = await this.#ask(path, token);
      ms[kind].push(performance.now() - beganAt);
      if (status !== 200) refused++;
    });
    await over;
    return { ms, refused };
  }

  /** The tokens that the API has seen. */
  get seen(): string[] {
    return Array.from({ length: this.#seen }, (_, index) => this.#tokens.token(index));
  }

  /** Closes all connections; the next request opens them again. */
  async disconnect(): Promise<void> {
    await this.#pool.close();
    this.#pool = this.#connect();
  }

  #connect(): Pool {
    return new Pool(this.#origin, { connections: AT_ONCE, localAddress: CLIENTS.good });
  }

  #request(kind: Kind, index: number): [path: string, authorization: string | undefined] {
    if (kind === 'public') return [PUBLIC, undefined];
    return [PROTECTED, this.#tokens.header(kind === 'new' ? this.#seen++ : index % KNOWN)];
  }

  /** The status of the answer; 0 when there was none. */
  async #ask(path: string, authorization: string | undefined): Promise<number> {
    try {
      const { statusCode, body } = await this.#pool.request({ path, method: 'GET', headers: { authorization } });
      await body.dump();
      return statusCode;
    } catch {
      return 0;
    }
  }
}
