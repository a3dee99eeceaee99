import { randomBytes } from 'node:crypto';

/** What Google's access tokens of ordinary users have been for years, in characters. */
export const TOKEN_LENGTH = 219;

const SCHEME = 'Bearer ';

/**
 * Texts that come in the Authorization header, kept as bytes outside of the heap. Each use makes a new string, as Node's
 * HTTP parser does: strings that have been used before carry a hash that V8 has already computed for them.
 */
export class HeaderTokens {
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;

  constructor(tokens: readonly string[]) {
    const headers = tokens.map((token) => SCHEME + token);
    this.#bytes = Buffer.from(headers.join(''), 'latin1');
    this.#ends = new Uint32Array(tokens.length);
    let end = 0;
    for (const [index, header] of headers.entries()) {
      end += header.length;
      this.#ends[index] = end;
    }
  }

  get size(): number {
    return this.#ends.length;
  }

  /** The header's value, as a string that nobody has seen. */
  header(index: number): string {
    return this.#bytes.toString('latin1', index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]);
  }

  /** The token in a fresh header: what a plugin hands on. */
  token(index: number): string {
    return this.header(index).slice(SCHEME.length);
  }

  /** So many fresh tokens, each drawn from all. */
  draw(count: number): string[] {
    return Array.from({ length: count }, () => this.token(Math.floor(Math.random() * this.size)));
  }

  /** So many of them, chosen at random, as a set of their own. */
  choose(count: number): HeaderTokens {
    return new HeaderTokens(this.draw(count));
  }
}

/** Tokens that look like Google's, and are nobody's. */
export function mintTokens(count: number): HeaderTokens {
  const random = randomBytes(count * 12).toString('hex');
  const filler = randomBytes(TOKEN_LENGTH).toString('base64url');
  const mint = (_: unknown, index: number) =>
    `ya29.a0${random.slice(index * 24, (index + 1) * 24)}${filler}`.slice(0, TOKEN_LENGTH);
  return new HeaderTokens(Array.from({ length: count }, mint));
}
