import { randomUUID } from 'node:crypto';
import { type Client, within } from '../client.ts';
import { type Element, type EntryTexts, readElements } from './elements.ts';
import { checkFitness, checkMaster, type Needs } from './fitness.ts';
import type { LogKeys, LogState } from './keys.ts';
import { MARK, RESTORE, TRIM } from './scripts.ts';
import { ANSWER_MS } from './timing.ts';

/** How many elements are read, or written back, at once. */
export const PAGE = 1000;

/** What a reader asks of Redis. Each answer comes in time, or the connection is given up. */
export class LogClient {
  readonly #client: Client;
  readonly #keys: LogKeys;
  readonly #needs: Needs;

  constructor(client: Client, needs: Needs) {
    this.#client = client;
    this.#keys = needs.keys;
    this.#needs = needs;
  }

  /** @see {checkFitness} */
  checkFitness(): Promise<string> {
    return checkFitness(this.#client, this.#needs, ANSWER_MS);
  }

  async state(): Promise<LogState> {
    return this.#ask(this.#state());
  }

  /** The time of Redis, in ms since the epoch. */
  async now(): Promise<number> {
    const [seconds, micros] = await this.#ask(this.#client.time());
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  }

  /** Whether the stream has this element. */
  async has(id: string): Promise<boolean> {
    const found = await this.#ask(this.#client.xRange(this.#keys.stream, id, id));
    return found !== null && found.length > 0;
  }

  /** The elements after a position; at most {@link PAGE}. */
  async news(position: string): Promise<readonly Element[]> {
    return readElements(await this.#ask(this.#xRead(position, undefined)));
  }

  /**
   * The same, and what proves that they came from this log and from its master, since it is asked after them.
   *
   * @param blockMs how long to wait for news when there are none
   */
  async provenNews(
    position: string,
    run: string,
    blockMs: number | undefined,
  ): Promise<{ readonly news: readonly Element[]; readonly state: LogState }> {
    const asking = Promise.all([
      this.#xRead(position, blockMs),
      this.#state(),
      checkMaster(this.#client, this.#keys, run),
    ]);
    const [news, state] = await this.#ask(asking, blockMs);
    return { news: readElements(news), state };
  }

  /** Every block: the hash of the subject, and the note as JSON. */
  async *blocks(): AsyncGenerator<readonly [subjectSha256: string, note: string], void> {
    let cursor = '0';
    do {
      const page = await this.#ask(this.#client.hScan(this.#keys.blocked, cursor, { COUNT: PAGE }));
      for (const { field, value } of page.entries) yield [field, value];
      cursor = page.cursor;
    } while (cursor !== '0');
  }

  /** @see {MARK} */
  async mark(run: string): Promise<void> {
    await this.#eval(MARK, [this.#keys.state], [randomUUID(), run]);
  }

  /** @see {RESTORE} */
  async restore(position: string, entries: readonly EntryTexts[]): Promise<readonly string[] | undefined> {
    const { stream, blocked, unblocked, state } = this.#keys;
    const texts = entries.flatMap(({ revokes, note }) => [revokes, note]);
    const lifted = await this.#eval(RESTORE, [stream, blocked, unblocked, state], [position, ...texts]);
    return Array.isArray(lifted) ? lifted.map(String) : undefined;
  }

  /** @see {TRIM} */
  async trim(position: string): Promise<number> {
    const { stream, unblocked, state } = this.#keys;
    return Number(await this.#eval(TRIM, [stream, unblocked, state], [position]));
  }

  async #state(): Promise<LogState> {
    const fields = ['epoch', 'run', 'settlesAt', 'trimmed'];
    const [epoch, run, settlesAt, trimmed] = await this.#client.hmGet(this.#keys.state, fields);
    return {
      epoch: epoch ?? undefined,
      run: run ?? undefined,
      settlesAt: Number(settlesAt ?? 0),
      trimmed: trimmed ?? '0-0',
    };
  }

  #xRead(position: string, blockMs: number | undefined): Promise<unknown> {
    const stream = { key: this.#keys.stream, id: position };
    return this.#client.xRead(stream, { COUNT: PAGE, ...(blockMs !== undefined && { BLOCK: blockMs }) });
  }

  #eval(script: string, keys: string[], values: string[]): Promise<unknown> {
    return this.#ask(this.#client.eval(script, { keys, arguments: values }));
  }

  #ask<T>(answer: Promise<T>, waitMs = 0): Promise<T> {
    return within(this.#client, answer, waitMs + ANSWER_MS);
  }
}
