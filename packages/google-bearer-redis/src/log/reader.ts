import { setTimeout as sleep } from 'node:timers/promises';
import type { RevocationFollower } from 'google-bearer';
import { openClient } from '../client.ts';
import { RedisTimeoutError } from '../errors.ts';
import type { Server } from '../options.ts';
import { compareIds } from './elements.ts';
import type { Needs } from './fitness.ts';
import { LogClient } from './log-client.ts';
import type { Place } from './place.ts';
import { Session } from './session.ts';
import { Settling } from './settling.ts';
import { CONNECT_MS, MAX_PAUSE_MS } from './timing.ts';
import { View } from './view.ts';

/** What a reader reads. */
export interface LogSource extends Needs {
  readonly server: Server;
}

/** Where an element was written. */
export interface Written {
  /** The run of Redis that wrote it. */
  readonly run: string | undefined;
  readonly epoch: string;
  readonly id: string;
}

/** Reads the log to one follower, on a connection of its own, and resumes where it was whenever that breaks. */
export class Reader {
  readonly #source: LogSource;
  readonly #view: View;
  readonly #place: Place = {
    run: undefined,
    epoch: undefined,
    position: '0-0',
    seen: undefined,
    complete: false,
    wasComplete: false,
    settling: new Settling(),
  };
  readonly #end = new AbortController();
  #progress = Promise.withResolvers<void>();

  constructor(source: LogSource, follower: RevocationFollower) {
    this.#source = source;
    this.#view = new View(follower);
    void this.#run();
  }

  /** Ends the delivery, even in the midst of one. */
  end(): void {
    this.#view.end();
    this.#end.abort();
    this.#advance();
  }

  /**
   * Resolves when the follower has been told an element.
   *
   * @param deadline on the clock of `performance.now()`
   * @throws {RedisTimeoutError} when it has not by then
   */
  async reached(written: Written, deadline: number): Promise<void> {
    while (!this.#hasReached(written)) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new RedisTimeoutError();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, leftMs);
      await Promise.race([this.#progress.promise, late]);
      clearTimeout(timer);
    }
  }

  #hasReached({ run, epoch, id }: Written): boolean {
    if (this.#end.signal.aborted) return true;
    const place = this.#place;
    // Elsewhere, on a master that was promoted meanwhile, ids go on as well: there a later one says nothing about this one.
    return place.complete && place.run === run && place.epoch === epoch && compareIds(place.position, id) >= 0;
  }

  #advance(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    for (let failures = 0; !signal.aborted; failures++) {
      const began = performance.now();
      await this.#session().catch((error: unknown) => this.#view.error(error));
      // A session that lasted says that Redis was well.
      if (performance.now() - began > MAX_PAUSE_MS) failures = 0;
      const pauseMs = Math.min(MAX_PAUSE_MS, 10 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  async #session(): Promise<void> {
    const client = await openClient(this.#source.server, 'google-bearer-reader', CONNECT_MS);
    const leave = () => client.destroy();
    this.#end.signal.addEventListener('abort', leave, { once: true });
    try {
      if (this.#end.signal.aborted) return;
      const reader = { place: this.#place, view: this.#view, onProgress: () => this.#advance() };
      await new Session(new LogClient(client, this.#source), reader).run();
    } finally {
      this.#end.signal.removeEventListener('abort', leave);
      client.destroy();
    }
  }
}
