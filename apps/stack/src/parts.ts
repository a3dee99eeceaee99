import type { Service } from './service.ts';

/** The parts that run, in the order of their start. When one ends by itself, all is over. */
export class Parts {
  readonly #signal: AbortSignal;
  readonly #stops: (() => Promise<void>)[] = [];
  readonly #over = Promise.withResolvers<never>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#over.reject(signal.reason), { once: true });
    if (signal.aborted) this.#over.reject(signal.reason);
    this.#over.promise.catch(() => undefined);
  }

  /** Rejects when a part has ended by itself, or when the signal aborts. */
  get over(): Promise<never> {
    return this.#over.promise;
  }

  /** Remembers how to stop something. */
  add(stop: () => Promise<void>): void {
    this.#stops.unshift(stop);
  }

  /** Resolves once a service is ready; rejects when it, or a part that was started before it, fails. */
  async ready(service: Service): Promise<void> {
    this.add(() => service.stop());
    void service.exited.then(() => this.#over.reject(new Error(service.ending)));
    await Promise.race([service.ready(this.#signal), this.over]);
  }

  /** Stops them one after the other, the last one first: who is asked outlives who asks. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) await stop();
  }
}
