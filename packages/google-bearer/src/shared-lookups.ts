import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenFacts } from './claims.ts';
import { readAnswer, writeAnswer } from './shared-answer.ts';
import type { SharedTokenCache, SharedTokenEntry, SharedTokenTurn } from './types.ts';
import { inTime } from './until.ts';

/** What one step of the shared cache may take. It lies beside us: what takes longer is not worth waiting for. */
const STEP_MS = 500;

/** So many failures one after the other are an outage, and not a moment at which this machine was busy. */
const FAILURES_TO_PAUSE = 5;

/** How long a cache that is down is left alone, so that its outage does not add a step to every lookup. */
const PAUSE_MS = 1000;

/** How often to look whether another instance has its answer: soon at first, then less often. */
const FIRST_LOOK_MS = 10;
const LAST_LOOK_MS = 50;

/** What Google said, and when at the latest, in ms since the epoch. */
export interface Answer {
  /** Undefined: Google said no. */
  readonly facts: TokenFacts | undefined;
  readonly statedAt: number;
}

/**
 * Stands between the memory of this process and Google: takes what another instance has learned, or waits for the one that
 * is asking, or asks and tells the others. Nothing of it can fail a lookup: Google is asked then as if it were not there.
 */
export class SharedLookups {
  readonly #cache: SharedTokenCache;
  readonly #endpoint: string;
  readonly #maxAgeMs: number;
  readonly #stepMs: number;
  readonly #turnMs: number;
  readonly #patienceMs: number;
  /** One after the other, and no success since. */
  #failuresInARow = 0;
  /** These two on the clock of `performance.now()`. */
  #failedAt = 0;
  #pausedUntil = 0;
  readonly #settling = new Set<Promise<void>>();
  hits = 0;
  failures = 0;

  constructor(
    cache: SharedTokenCache,
    settings: { readonly tokenInfoUrl: URL; readonly timeoutMs: number; readonly maxAgeMs: number },
  ) {
    this.#cache = cache;
    this.#endpoint = settings.tokenInfoUrl.href;
    this.#maxAgeMs = settings.maxAgeMs;
    // Whoever has the turn and dies costs the others half of their time; a sixth is for the next one to have its answer,
    // and a third to ask for oneself.
    this.#stepMs = Math.min(STEP_MS, Math.ceil(settings.timeoutMs / 6));
    this.#turnMs = Math.ceil(settings.timeoutMs / 2);
    this.#patienceMs = (settings.timeoutMs * 2) / 3;
  }

  /**
   * @param ask asks Google; undefined is its no
   * @throws what `ask` throws, and nothing else
   */
  async lookUp(token: string, ask: () => Promise<TokenFacts | undefined>): Promise<Answer> {
    const found = await this.#find(token);
    if (found !== undefined && 'statedAt' in found) {
      this.hits++;
      return found;
    }
    try {
      const facts = await ask();
      if (found) this.#settle(() => this.#tell(found, facts));
      return { facts, statedAt: Date.now() };
    } catch (error) {
      // An outage says nothing about the token, and is told to nobody.
      if (found) this.#settle(async () => found.release());
      throw error;
    }
  }

  /** Resolves when the others have been told what there is to tell. */
  async settled(): Promise<void> {
    await Promise.all(this.#settling);
  }

  /** What another instance knows, or the turn to ask; undefined: ask without it. */
  async #find(token: string): Promise<Answer | SharedTokenTurn | undefined> {
    if (this.#maxAgeMs === 0) return undefined;
    if (performance.now() < this.#pausedUntil) {
      this.failures++;
      return undefined;
    }
    let beganAt = performance.now();
    const patientUntil = beganAt + this.#patienceMs;
    try {
      const slot = this.#cache.slot(token, this.#endpoint);
      for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, LAST_LOOK_MS)) {
        const asOf = Date.now();
        beganAt = performance.now();
        const taken = await this.#step(slot.take(this.#turnMs), giveBack);
        if (taken !== undefined) return 'text' in taken ? this.#read(taken, asOf) : taken;
        if (performance.now() + pauseMs > patientUntil) {
          this.failures++;
          return undefined;
        }
        await sleep(pauseMs);
      }
    } catch {
      this.#fail(beganAt);
      return undefined;
    }
  }

  #read(entry: SharedTokenEntry, asOf: number): Answer | undefined {
    const answer = readAnswer(entry.text);
    const ageMs = answer && answer.lifeMs - entry.remainingMs;
    if (answer === undefined || ageMs === undefined || !(ageMs >= 0)) {
      this.failures++;
      return undefined;
    }
    // Another instance may be content with older answers than we are.
    return ageMs < this.#maxAgeMs ? { facts: answer.facts, statedAt: asOf - ageMs } : undefined;
  }

  async #tell(turn: SharedTokenTurn, facts: TokenFacts | undefined): Promise<void> {
    const lifeMs = facts ? Math.min(this.#maxAgeMs, facts.expiresAt - Date.now()) : this.#maxAgeMs;
    await (lifeMs > 0 ? turn.keep(writeAnswer({ facts, lifeMs }), lifeMs) : turn.release());
  }

  /** Nobody waits for this but those who close. */
  #settle(settle: () => Promise<void>): void {
    const beganAt = performance.now();
    const settling = this.#step(settle())
      .catch(() => this.#fail(beganAt))
      .finally(() => this.#settling.delete(settling));
    this.#settling.add(settling);
  }

  /** @param late what to do with an outcome that comes when nobody waits for it any more */
  async #step<T>(step: Promise<T>, late?: (outcome: T) => void): Promise<T> {
    try {
      const outcome = await inTime(step, this.#stepMs);
      this.#failuresInARow = 0;
      return outcome;
    } catch (error) {
      step.then(late).catch(() => undefined);
      throw error;
    }
  }

  /** @param beganAt when the step that failed began */
  #fail(beganAt: number): void {
    this.failures++;
    // Steps that were under way together fail together: that is one failure.
    if (beganAt < this.#failedAt) return;
    this.#failedAt = performance.now();
    // After a pause the count stands: one more failure, and the cache is left alone again.
    if (++this.#failuresInARow >= FAILURES_TO_PAUSE) this.#pausedUntil = this.#failedAt + PAUSE_MS;
  }
}

function giveBack(taken: SharedTokenEntry | SharedTokenTurn | undefined): void {
  if (taken !== undefined && 'release' in taken) taken.release().catch(() => undefined);
}
