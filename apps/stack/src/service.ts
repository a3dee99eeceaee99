import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';

/** How a part of the stack is run. */
export interface ServiceOptions {
  /** Stands before each line that it prints. */
  readonly name: string;
  /** What Node runs: flags, file, arguments. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Answers 200 once the service can be used. */
  readonly readyUrl: string;
}

const READY_WITHIN_MS = 30_000;
const POLL_MS = 50;

/** A part of the stack that runs as a process of its own. */
export class Service {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #readyUrl: string;

  constructor({ name, args, env, readyUrl }: ServiceOptions) {
    this.name = name;
    this.#readyUrl = readyUrl;
    this.#child = spawn(process.execPath, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C goes to a whole process group. In a group of its own the service is stopped once, in order, by us.
      detached: process.platform !== 'win32',
    });
    this.#exited = once(this.#child, 'exit').then(() => undefined);
    prefixLines(name, this.#child.stdout, process.stdout);
    prefixLines(name, this.#child.stderr, process.stderr);
  }

  /** Resolves when the service has ended, whatever the reason. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** @throws {Error} when it ends or is not ready in time */
  async ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await isReady(this.#readyUrl))) {
      if (this.#hasEnded) throw new Error(`${this.name} did not start; its own words are above`);
      if (Date.now() > deadline) throw new Error(`${this.name} was not ready within ${READY_WITHIN_MS / 1000} s`);
      await sleep(POLL_MS);
    }
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    if (!this.#hasEnded) this.#child.kill('SIGTERM');
    await this.#exited;
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function prefixLines(name: string, from: Readable | null, to: NodeJS.WriteStream): void {
  if (from === null) return;
  const prefix = styleText('cyan', `${name} |`, { stream: to });
  createInterface({ input: from }).on('line', (line) => to.write(`${prefix} ${line}\n`));
}
