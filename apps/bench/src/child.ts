import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of ours in a process of its own, which answers what it is asked. It ends with this process at the latest. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #failed: Promise<never>;

  /**
   * @param program a compiled module
   * @param execArgv options of Node itself; nothing of the suite's own process is handed on
   */
  constructor(program: URL, args: readonly string[], execArgv: readonly string[] = []) {
    this.#process = fork(fileURLToPath(program), args, {
      env: { NODE_ENV: 'production' },
      execArgv: [...execArgv],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#exited = once(this.#process, 'exit');
    this.#failed = this.#exited.then(() => Promise.reject(new Error(`${program.pathname} ended too early`)));
    this.#failed.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * What it says next.
   *
   * @throws {Error} when that is something else, or it ends instead
   */
  async hear<T>(isExpected: (said: unknown) => said is T): Promise<T> {
    const [said]: unknown[] = await Promise.race([once(this.#process, 'message'), this.#failed]);
    if (!isExpected(said)) throw new Error('a process said something else than was expected');
    return said;
  }

  /** What it says to a question. Ask one thing at a time. */
  ask<T>(question: object, isExpected: (said: unknown) => said is T): Promise<T> {
    const heard = this.hear(isExpected);
    this.#process.send(question);
    return heard;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#exited;
  }
}
