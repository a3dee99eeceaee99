import type { VerifierStats } from '../stats.ts';

/** What came of asking a service, as far as it says how the service is. `unknown`: it does not. */
export type Verdict = 'well' | 'failing' | 'unknown';

/** Leave to ask the service once. End it, whatever comes of it. */
export interface Leave {
  /** @param who a name for what was asked about: its failures count once between two successes */
  end(verdict: Verdict, who: string): void;
}

/**
 * A circuit breaker: after so many failures with no success between them it lets nobody through for a while, then one for a
 * trial. It goes by the time since this process began: a clock that is set back does not keep it open.
 *
 * Our own. cockatiel 4 was tried: in a trial any unforeseen error closes its breaker, and it opens by the wall clock.
 */
export class Breaker {
  readonly #failuresToOpen: number;
  readonly #openMs: number;
  /** Who has failed since the last success. One token that always fails is no outage. */
  readonly #failed = new Set<string>();
  #openedAt: number | undefined;
  /** Goes up whenever it opens or closes: who was let in before says nothing any more. */
  #period = 0;
  #trial: PromiseWithResolvers<void> | undefined;

  /**
   * @param failuresToOpen with no success between them
   * @param openMs how long nobody is let through
   */
  constructor(failuresToOpen: number, openMs: number) {
    this.#failuresToOpen = failuresToOpen;
    this.#openMs = openMs;
  }

  get state(): VerifierStats['lookups']['circuit'] {
    if (this.#openedAt === undefined) return 'closed';
    return this.#trial === undefined ? 'open' : 'half-open';
  }

  /** How much longer nobody is let through, in ms; 0 or less when somebody may be. */
  get openForMs(): number {
    if (this.#openedAt === undefined || this.#trial !== undefined) return 0;
    return this.#openedAt + this.#openMs - performance.now();
  }

  /** Settles when the trial is over, for better or worse; undefined when there is none under way. */
  get trial(): Promise<void> | undefined {
    return this.#trial?.promise;
  }

  /** Undefined while it is open, and while another one is on trial. */
  enter(): Leave | undefined {
    if (this.#openedAt === undefined) {
      const period = this.#period;
      return { end: (verdict, who) => this.#count(verdict, who, period) };
    }
    if (this.#trial !== undefined || this.openForMs > 0) return undefined;
    const trial = Promise.withResolvers<void>();
    this.#trial = trial;
    return {
      end: (verdict) => {
        if (verdict === 'well') this.#close();
        if (verdict === 'failing') this.#openedAt = performance.now();
        this.#trial = undefined;
        trial.resolve();
      },
    };
  }

  #count(verdict: Verdict, who: string, period: number): void {
    if (period !== this.#period) return;
    if (verdict === 'well') this.#failed.clear();
    if (verdict === 'failing') this.#failed.add(who);
    if (this.#failed.size < this.#failuresToOpen) return;
    this.#openedAt = performance.now();
    this.#period++;
  }

  #close(): void {
    this.#openedAt = undefined;
    this.#failed.clear();
    this.#period++;
  }
}
