import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Variables } from './env.ts';
import { groupEnded, HAS_GROUPS, killGroup } from './process-group.ts';
import { untilReady } from './readiness.ts';

/** How a part of the stack is run. */
export interface ServiceOptions {
  /** Stands before each line that it prints. */
  readonly name: string;
  /** What Node runs: flags, file, arguments. */
  readonly args: readonly string[];
  /** The folder it runs in; by default ours. */
  readonly cwd?: string;
  /** All of its environment. */
  readonly env: Variables;
  /** Answers 200 once the service can be used; without one it is ready at once. */
  readonly readyUrl?: string;
  /** How long it may take to end what is under way. Default: 20 s, more than the API allows itself. */
  readonly stopWithinMs?: number;
  /** A line by which a program says that it did not start although it stays alive, as one that waits for a change does. */
  readonly gaveUp?: RegExp;
  /** Takes each line that it prints. */
  readonly print: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** A page that is compiled for the first time, on a machine with too much to do, takes a minute and more. */
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 20_000;

/** A part of the stack that runs as a process of its own. */
export class Service {
  readonly name: string;
  readonly #options: ServiceOptions;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #gaveUp = Promise.withResolvers<void>();
  #isReady = false;

  constructor(options: ServiceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#child = spawn(process.execPath, options.args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C goes to a whole process group. In a group of its own the service is stopped once, in order, by us.
      detached: HAS_GROUPS,
    });
    const { print } = options;
    this.#child.on('error', (error) => print(error.message, 'stderr'));
    for (const stream of ['stdout', 'stderr'] as const) {
      eachLine(this.#child[stream], (line) => {
        print(line, stream);
        if (options.gaveUp?.test(line)) this.#gaveUp.resolve();
      });
    }
    this.#exited = groupEnded(this.#child);
  }

  /** The process id; undefined when it could not be started. On other systems than Windows also that of its group. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when the service and all that it started have ended, whatever the reason. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** What to say when it ends without being asked to. */
  get ending(): string {
    return `${this.name} ${this.#isReady ? 'has ended' : 'did not start'}; its own words are above`;
  }

  /** @throws {Error} when it ends, fails or is not ready in time, or when the signal aborts */
  async ready(signal?: AbortSignal): Promise<void> {
    const { readyUrl } = this.#options;
    if (readyUrl !== undefined) {
      const settled = new AbortController();
      const either = signal === undefined ? settled.signal : AbortSignal.any([settled.signal, signal]);
      const over = Promise.race([this.#exited, this.#gaveUp.promise]);
      const failed = over.then(() => Promise.reject(new Error(this.ending)));
      try {
        await Promise.race([untilReady(readyUrl, READY_WITHIN_MS, either), failed]);
      } catch (error) {
        signal?.throwIfAborted();
        const message = error instanceof Error ? error.message : String(error);
        throw message === this.ending ? error : new Error(`${this.name} ${message}; its own words are above`);
      } finally {
        settled.abort();
      }
    }
    this.#isReady = true;
  }

  /** Asks it to end, and waits until it has. What takes too long is killed. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM');
    const patience = new AbortController();
    const late = sleep(this.#options.stopWithinMs ?? STOP_WITHIN_MS, true, { signal: patience.signal });
    if (await Promise.race([this.#exited, late.catch(() => false)])) killGroup(this.#child);
    patience.abort();
    await this.#exited;
  }
}

function eachLine(from: Readable | null, take: (line: string) => void): void {
  if (from !== null) createInterface({ input: from }).on('line', take);
}
