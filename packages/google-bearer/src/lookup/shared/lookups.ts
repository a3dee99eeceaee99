import { setTimeout as sleep } from 'node:timers/promises';
import { KnownToken } from '../../memory/known-token.ts';
import { Breaker, type Leave } from '../breaker.ts';
import { Deadline } from '../deadline.ts';
import type { GoogleClock } from '../google-clock.ts';
import { type Answer, byGoogle, type Question } from '../question.ts';
import type { TokeninfoFacts } from '../tokeninfo/response.ts';
import { readAnswer, writeAnswer } from './answer.ts';
import type { SharedTokenCache, SharedTokenEntry, SharedTokenTurn } from './contract.ts';

/** What one step of the shared cache may take. It lies beside us: what takes longer is not worth waiting for. */
const STEP_MS = 500;

/** So many failures one after the other are an outage, and not a moment at which this machine was busy. */
const FAILURES_TO_PAUSE = 5;

/** How long a cache that is down is left alone, so that its outage does not add a step to every lookup. */
const PAUSE_MS = 1000;

/** How often to look whether another instance has its answer: soon at first, then less often. */
const FIRST_LOOK_MS = 10;
const LAST_LOOK_MS = 50;

/**
 * Stands between the memory of this process and Google: takes what another instance has learned, or waits for the one that
 * is asking, or asks and tells the others. Nothing of it can fail a lookup: Google is asked then as if it were not there.
 */
export class SharedLookups {
  readonly #cache: SharedTokenCache;
  readonly #clock: GoogleClock;
  readonly #endpoint: string;
  readonly #maxAgeMs: number;
  readonly #isOurs: (audience: string) => boolean;
  readonly #stepMs: number;
  readonly #turnMs: number;
  readonly #patienceMs: number;
  readonly #breaker = new Breaker(FAILURES_TO_PAUSE, PAUSE_MS);
  /** By `performance.now()`. */
  #failedAt = 0;
  readonly #settling = new Set<Promise<void>>();
  hits = 0;
  failures = 0;

  constructor(
    cache: SharedTokenCache,
    clock: GoogleClock,
    settings: {
      readonly tokenInfoUrl: URL;
      readonly timeoutMs: number;
      readonly maxAgeMs: number;
      readonly isOurs: (audience: string) => boolean;
    },
  ) {
    this.#cache = cache;
    this.#clock = clock;
    this.#endpoint = settings.tokenInfoUrl.href;
    this.#maxAgeMs = settings.maxAgeMs;
    this.#isOurs = settings.isOurs;
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
  async lookUp(question: Question, ask: () => Promise<TokeninfoFacts | undefined>): Promise<Answer> {
    const found = await this.#find(question);
    if (found !== undefined && !('release' in found)) {
      this.hits++;
      return { known: found, source: 'shared' };
    }
    const { key } = question;
    try {
      const answer = await ask();
      if (found) this.#settle(key, () => this.#tell(found, answer));
      return byGoogle(question, answer);
    } catch (error) {
      // An outage says nothing about the token, and is told to nobody.
      if (found) this.#settle(key, () => found.release());
      throw error;
    }
  }

  /** Resolves when the others have been told what there is to tell. */
  async settled(): Promise<void> {
    await Promise.all(this.#settling);
  }

  /** What another instance knows, or the turn to ask; undefined: ask without it. */
  async #find(question: Question): Promise<KnownToken | SharedTokenTurn | undefined> {
    if (this.#maxAgeMs === 0) return undefined;
    const { key, token } = question;
    const patientUntil = performance.now() + this.#patienceMs;
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, LAST_LOOK_MS)) {
      const asOf = Date.now();
      try {
        const taken = await this.#step(key, () => this.#cache.slot(token, this.#endpoint).take(this.#turnMs), giveBack);
        if (taken !== undefined) return 'text' in taken ? this.#read(taken, asOf, question) : taken;
      } catch {
        return undefined;
      }
      if (performance.now() + pauseMs > patientUntil) {
        this.failures++;
        return undefined;
      }
      await sleep(pauseMs);
    }
  }

  #read(entry: SharedTokenEntry, asOf: number, { key, asker, maxAgeMs }: Question): KnownToken | undefined {
    const answer = readAnswer(entry.text);
    const ageMs = answer && answer.lifeMs - entry.remainingMs;
    if (answer === undefined || ageMs === undefined || !(ageMs >= 0)) {
      this.failures++;
      return undefined;
    }
    // Another instance may be content with older answers than we are.
    if (ageMs >= maxAgeMs) return undefined;
    if (answer.googleTime !== undefined) this.#clock.see(answer.googleTime + ageMs, asOf);
    return new KnownToken(answer.facts, { key, asker, statedAt: asOf - ageMs });
  }

  async #tell(turn: SharedTokenTurn, answer: TokeninfoFacts | undefined): Promise<void> {
    // Neither made-up tokens nor those of other applications: strangers would fill the store.
    if (answer === undefined || !this.#isOurs(answer.facts.audience)) return turn.release();
    const { facts, googleTime } = answer;
    const lifeMs = Math.min(this.#maxAgeMs, Math.floor(facts.expiresAt - this.#clock.forExpiry(Date.now())));
    await (lifeMs > 0 ? turn.keep(writeAnswer({ facts, lifeMs, googleTime }), lifeMs) : turn.release());
  }

  /** Nobody waits for this but those who close. */
  #settle(key: string, settle: () => Promise<void>): void {
    const settling = this.#step(key, settle)
      .catch(() => undefined)
      .finally(() => this.#settling.delete(settling));
    this.#settling.add(settling);
  }

  /**
   * One call of the cache, which may do anything but answer.
   *
   * @param late what to do with an outcome that comes when nobody waits for it any more
   */
  async #step<T>(key: string, call: () => Promise<T>, late?: (outcome: T) => void): Promise<T> {
    const leave = this.#breaker.enter();
    const beganAt = performance.now();
    const deadline = new Deadline(this.#stepMs);
    let step: Promise<T> | undefined;
    try {
      if (leave === undefined) throw new Error('the shared cache is left alone for a while');
      step = call();
      const outcome = await deadline.race(step);
      leave.end('well', key);
      return outcome;
    } catch (error) {
      step?.then(late).catch(() => undefined);
      this.#fail(leave, key, beganAt);
      throw error;
    } finally {
      deadline.end();
    }
  }

  #fail(leave: Leave | undefined, key: string, beganAt: number): void {
    this.failures++;
    if (leave === undefined) return;
    // Steps that were under way together fail together: that is one failure.
    const isAnother = beganAt >= this.#failedAt;
    leave.end(isAnother ? 'failing' : 'unknown', key);
    if (isAnother) this.#failedAt = performance.now();
  }
}

function giveBack(taken: SharedTokenEntry | SharedTokenTurn | undefined): void {
  if (taken !== undefined && 'release' in taken) taken.release().catch(() => undefined);
}
