import { RedisDataLostError } from '../errors.ts';
import { isDiskBroken, isForbidden } from '../refusals.ts';
import { compareIds, type Element, type EntryTexts, readBlock, readElement } from './elements.ts';
import type { LogState } from './keys.ts';
import { type LogClient, PAGE } from './log-client.ts';
import type { Place } from './place.ts';
import { TRIM_PORTION } from './scripts.ts';
import { BLOCK_MS, FRESH_SETTLE_MS, SETTLE_MS } from './timing.ts';
import type { View } from './view.ts';

/** How often a reader looks for what can be trimmed, and whether Redis is still set up well. */
const UPKEEP_MS = 60_000;

/** One connection of a reader: brings its view up to date, then keeps it so until something breaks. */
export class Session {
  readonly #log: LogClient;
  readonly #place: Place;
  readonly #view: View;
  readonly #onProgress: () => void;
  /** On the clock of `performance.now()`. Not all readers at once. */
  #upkeepAt = performance.now() + Math.random() * UPKEEP_MS;

  constructor(log: LogClient, reader: { readonly place: Place; readonly view: View; readonly onProgress: () => void }) {
    this.#log = log;
    this.#place = reader.place;
    this.#view = reader.view;
    this.#onProgress = reader.onProgress;
  }

  /** @throws what ends it: the connection, an unfit Redis, lost data, an unreadable entry */
  async run(): Promise<never> {
    const run = await this.#enter();
    // The first one does not wait for news: somebody waits for it.
    for (let blockMs: number | undefined; ; blockMs = BLOCK_MS) {
      await this.#turn(run, blockMs);
      if (performance.now() >= this.#upkeepAt) await this.#keepUp();
    }
  }

  async #enter(): Promise<string> {
    const place = this.#place;
    const run = await this.#log.checkFitness();
    const state = await this.#marked(run);
    // The same run proves nothing: who has been a replica for a while has taken another's history.
    const lives = place.complete && state.epoch === place.epoch && (await this.#isThere(place.seen));
    if (!lives) place.complete = false;
    place.run = run;
    if (lives) this.#onProgress();
    else await this.#replay(state);
    return run;
  }

  /**
   * The state of the log in this run of Redis. Whoever finds a new run says so to all, as something may be lost, and nobody
   * confirms for a while. Who may not write waits as long alone.
   */
  async #marked(run: string): Promise<LogState> {
    const found = await this.#log.state();
    if (found.epoch !== undefined && found.run === run) return found;
    if (await mayWrite(this.#log.mark(run))) return this.#log.state();
    const place = this.#place;
    if (run !== place.run || found.epoch !== place.epoch) {
      place.settling.wait(found.epoch === undefined ? FRESH_SETTLE_MS : SETTLE_MS);
    }
    return found;
  }

  /** What Redis loses at a restart or a failover is the end of its history: who finds the last that it saw finds all. */
  async #isThere(id: string | undefined): Promise<boolean> {
    return id !== undefined && (await this.#log.has(id));
  }

  /**
   * Tells the view all that there is, first the blocks and then the stream, and writes back what the view has and the store
   * lacks. Until the end of it nothing is confirmed.
   */
  async #replay({ epoch, trimmed }: LogState): Promise<void> {
    const place = this.#place;
    let mayKnowMore = place.wasComplete;
    place.complete = false;
    place.position = trimmed;
    const blocked = new Set<string>();
    for await (const [subjectSha256, note] of this.#log.blocks()) {
      this.#view.tell(readBlock(subjectSha256, note));
      blocked.add(subjectSha256);
    }
    const revoked = new Set<string>();
    do {
      // Before it is known what: nobody is to confirm a view that may still lack something.
      mayKnowMore &&= await mayWrite(this.#log.restore(place.position, []));
    } while (await this.#readNews((revokes) => mayKnowMore && revoked.add(revokes)));
    if (mayKnowMore) await this.#writeBack(this.#view.missingFrom({ revoked, blocked }));
    place.epoch = epoch;
    place.wasComplete = true;
    place.complete = true;
    this.#onProgress();
  }

  /**
   * Reads what there is and tells it; says whether there may be more.
   *
   * @param onElement told what each revokes
   */
  async #readNews(onElement: (revokes: string) => void): Promise<boolean> {
    const page = await this.#log.news(this.#place.position);
    this.#tell(page);
    for (const { revokes } of page) onElement(revokes);
    return page.length === PAGE;
  }

  /** Each entry once, however many instances are at it: what others have written meanwhile is left out. */
  async #writeBack(missing: readonly EntryTexts[]): Promise<void> {
    const waiting = new Map(missing.map((texts) => [texts.revokes, texts]));
    while (waiting.size > 0) {
      while (await this.#readNews((revokes) => waiting.delete(revokes)));
      const page = [...waiting.values()].slice(0, PAGE);
      const lifted = await this.#log.restore(this.#place.position, page);
      // There is too much that this reader has not read yet.
      if (lifted === undefined) continue;
      for (const subjectSha256 of lifted) this.#view.tell({ type: 'unblock', subjectSha256 });
      for (const { revokes } of page) waiting.delete(revokes);
    }
  }

  /** Waits for news for a moment, tells them, and confirms. */
  async #turn(run: string, blockMs: number | undefined): Promise<void> {
    const place = this.#place;
    // Before Redis is asked.
    const asOf = Date.now();
    const { news, state } = await this.#log.provenNews(place.position, run, blockMs);
    if (state.epoch !== place.epoch) throw new RedisDataLostError();
    if (compareIds(state.trimmed, place.position) > 0) {
      // This process was stopped for so long that elements went unseen: the blocks have to be compared.
      await this.#replay(state);
      return;
    }
    this.#tell(news);
    if (news.length < PAGE && (await this.#hasSettled(state))) this.#view.confirm(asOf);
  }

  /** Whether those who know more than Redis can have written it back. */
  async #hasSettled({ epoch, settlesAt }: LogState): Promise<boolean> {
    const { settling } = this.#place;
    const mark = `${epoch} ${settlesAt}`;
    if (settlesAt > 0 && !settling.knows(mark)) {
      // Never longer than it can be meant: the clock of Redis may have been set back since.
      settling.heed(mark, Math.min(settlesAt - (await this.#log.now()), FRESH_SETTLE_MS));
    }
    return settling.isOver;
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
    await this.#log.checkFitness();
    // Who cannot trim reads on: others do it, or it is done later.
    const looked = await this.#log.trim(this.#place.position).catch((error: unknown) => {
      if (isForbidden(error) || isDiskBroken(error)) return 0;
      throw error;
    });
    // A full portion: there is more to do, between two turns of reading.
    if (looked < TRIM_PORTION) this.#upkeepAt = performance.now() + UPKEEP_MS * (0.5 + Math.random());
  }
}

/** Whether it was written; false: this user lacks the right. */
async function mayWrite(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}
