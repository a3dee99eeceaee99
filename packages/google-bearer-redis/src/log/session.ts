import { randomUUID } from 'node:crypto';
import { type Client, within } from '../client.ts';
import { RedisDataLostError } from '../errors.ts';
import { compareIds, type Element, readElement, readElements } from './elements.ts';
import { checkFitness, checkMaster } from './fitness.ts';
import type { LogKeys } from './keys.ts';
import { ENTER, RESTORE, TRIM, TRIM_PORTION } from './scripts.ts';
import { ANSWER_MS, BLOCK_MS } from './timing.ts';
import type { View } from './view.ts';

/** How many elements are read, or written back, at once. */
const PAGE = 1000;
/** How often a reader looks for what can be trimmed, and whether Redis is still set up well. */
const UPKEEP_MS = 60_000;

/** Where a reader stands. Kept from one connection to the next. */
export interface Place {
  /** The epoch that it read last. */
  epoch: string | undefined;
  /** The run of Redis that it reads, or read last. */
  run: string | undefined;
  /** The id up to which the view has been told the stream. */
  position: string;
  /** The last element that it really saw, by which a shorter history would show. */
  seen: string | undefined;
  /** Whether the view has been told everything up to {@link position}. */
  complete: boolean;
}

/** One connection of a reader: brings its view up to date, then keeps it so until something breaks. */
export class Session {
  readonly #client: Client;
  readonly #keys: LogKeys;
  readonly #durability: 'aof' | 'memory';
  readonly #place: Place;
  readonly #view: View;
  readonly #onProgress: () => void;
  /** On the clock of `performance.now()`. Not all readers at once. */
  #upkeepAt = performance.now() + Math.random() * UPKEEP_MS;

  constructor(
    client: Client,
    log: { readonly keys: LogKeys; readonly durability: 'aof' | 'memory' },
    reader: { readonly place: Place; readonly view: View; readonly onProgress: () => void },
  ) {
    this.#client = client;
    this.#keys = log.keys;
    this.#durability = log.durability;
    this.#place = reader.place;
    this.#view = reader.view;
    this.#onProgress = reader.onProgress;
  }

  /** @throws what ends it: the connection, an unfit Redis, lost data, an unreadable entry */
  async run(): Promise<never> {
    await this.#enter();
    // The first one does not wait for news: somebody waits for it.
    for (let blockMs: number | undefined; ; blockMs = BLOCK_MS) {
      await this.#turn(blockMs);
      if (performance.now() >= this.#upkeepAt) await this.#keepUp();
    }
  }

  async #enter(): Promise<void> {
    const place = this.#place;
    const run = await checkFitness(this.#client, this.#durability, ANSWER_MS);
    const keys = [this.#keys.epoch, this.#keys.run, this.#keys.settling];
    const epoch = String(await this.#ask(this.#client.eval(ENTER, { keys, arguments: [randomUUID(), run] })));
    // The same run proves nothing: a master that was demoted and promoted again has taken another's history meanwhile.
    const lives = place.complete && epoch === place.epoch && (await this.#isThere(place.seen));
    if (!lives) place.complete = false;
    place.run = run;
    if (lives) this.#onProgress();
    else await this.#replay(epoch);
  }

  /** What Redis loses at a restart or a failover is the end of its history: who finds the last that it saw finds all. */
  async #isThere(id: string | undefined): Promise<boolean> {
    if (id === undefined) return false;
    const found = await this.#ask(this.#client.xRange(this.#keys.stream, id, id));
    return found !== null && found.length > 0;
  }

  /**
   * Tells the view all that there is, first the blocks and then the stream, and writes back what the view has and the store
   * lacks. Until the end of it nothing is confirmed.
   */
  async #replay(epoch: string): Promise<void> {
    const place = this.#place;
    const hadView = place.epoch !== undefined;
    place.complete = false;
    place.position = (await this.#ask(this.#client.get(this.#keys.trimmed))) ?? '0-0';
    const blocked = await this.#tellBlocks();
    const texts = new Set<string>();
    do {
      // Before it is known what: nobody is to confirm a view that may still lack something.
      if (hadView) await this.#restore([]);
    } while (await this.#readNews((text) => hadView && texts.add(text)));
    if (hadView) await this.#writeBack(this.#view.missingFrom({ texts, blocked }));
    place.epoch = epoch;
    place.complete = true;
    this.#onProgress();
  }

  async #tellBlocks(): Promise<Set<string>> {
    const blocked = new Set<string>();
    let cursor = '0';
    do {
      const page = await this.#ask(this.#client.sScan(this.#keys.blocks, cursor, { COUNT: PAGE }));
      for (const subjectSha256 of page.members) {
        this.#view.tell({ type: 'block', subjectSha256 });
        blocked.add(subjectSha256);
      }
      cursor = page.cursor;
    } while (cursor !== '0');
    return blocked;
  }

  /** Reads what there is and tells it; says whether there may be more. */
  async #readNews(onText: (text: string) => void): Promise<boolean> {
    const page = readElements(await this.#ask(this.#xRead(undefined)));
    this.#tell(page);
    for (const { text } of page) onText(text);
    return page.length === PAGE;
  }

  /** Each entry once, however many instances are at it: what others have written meanwhile is left out. */
  async #writeBack(missing: readonly string[]): Promise<void> {
    const waiting = new Set(missing);
    while (waiting.size > 0) {
      while (await this.#readNews((text) => waiting.delete(text)));
      const page: string[] = [];
      for (const text of waiting) if (page.push(text) === PAGE) break;
      const lifted = await this.#restore(page);
      if (lifted === undefined) continue;
      for (const subjectSha256 of lifted) this.#view.tell({ type: 'unblock', subjectSha256 });
      for (const text of page) waiting.delete(text);
    }
  }

  /** Says that something is written back, and does it; undefined: there is too much that this reader has not read yet. */
  async #restore(texts: readonly string[]): Promise<readonly string[] | undefined> {
    const { stream, blocks, unblocked, settling } = this.#keys;
    const given = { keys: [stream, blocks, unblocked, settling], arguments: [this.#place.position, ...texts] };
    const lifted = await this.#ask(this.#client.eval(RESTORE, given));
    return Array.isArray(lifted) ? lifted.map(String) : undefined;
  }

  /** Waits for news for a moment, tells them, and confirms. */
  async #turn(blockMs: number | undefined): Promise<void> {
    const place = this.#place;
    // Before Redis is asked. What is asked after the news proves that they came from this log and from its master.
    const asOf = Date.now();
    const { epoch, settling, trimmed } = this.#keys;
    const [news, [nowEpoch, nowSettling, nowTrimmed]] = await this.#ask(
      Promise.all([
        this.#xRead(blockMs),
        this.#client.mGet([epoch, settling, trimmed]),
        checkMaster(this.#client, this.#keys.blocks),
      ]),
      blockMs,
    );
    if (!nowEpoch || nowEpoch !== place.epoch) throw new RedisDataLostError();
    if (nowTrimmed && compareIds(nowTrimmed, place.position) > 0) {
      // This process was stopped for so long that elements went unseen: the blocks have to be compared.
      await this.#replay(nowEpoch);
      return;
    }
    const page = readElements(news);
    this.#tell(page);
    if (page.length < PAGE && !nowSettling) this.#view.confirm(asOf);
  }

  #xRead(blockMs: number | undefined): Promise<unknown> {
    const stream = { key: this.#keys.stream, id: this.#place.position };
    return this.#client.xRead(stream, { COUNT: PAGE, ...(blockMs !== undefined && { BLOCK: blockMs }) });
  }

  #tell(page: readonly Element[]): void {
    if (page.length === 0) return;
    for (const element of page) {
      this.#view.tell(readElement(element));
      this.#place.position = element.id;
      this.#place.seen = element.id;
    }
    this.#onProgress();
  }

  async #keepUp(): Promise<void> {
    await checkFitness(this.#client, this.#durability, ANSWER_MS);
    const keys = [this.#keys.stream, this.#keys.unblocked, this.#keys.trimmed];
    const looked = Number(await this.#ask(this.#client.eval(TRIM, { keys, arguments: [this.#place.position] })));
    // A full portion: there is more to do, between two turns of reading.
    if (looked < TRIM_PORTION) this.#upkeepAt = performance.now() + UPKEEP_MS * (0.5 + Math.random());
  }

  #ask<T>(answer: Promise<T>, waitMs = 0): Promise<T> {
    return within(this.#client, answer, waitMs + ANSWER_MS);
  }
}
