import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What an instance can be asked to do. It answers with a number, or with a text when it fails. */
export type Request =
  /** See tokens for the first time, sharing what Google says under a prefix in Redis or with nobody. How many were good. */
  | { readonly do: 'learn'; readonly tokens: readonly string[]; readonly shareUnder?: string }
  /** When the revocation was acknowledged, by {@link monotonicMs}. */
  | { readonly do: 'revoke'; readonly token: string }
  /** Since when the token has been refused, by {@link monotonicMs}. Answered when it is. */
  | { readonly do: 'refuse'; readonly token: string };

/** Whether that is one. Only the parent sends any. */
export function isRequest(message: unknown): message is Request {
  return typeof message === 'object' && message !== null && 'do' in message;
}

/** The time in ms on a clock that all processes of the machine share, and that is never set. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** An instance of an API, in a process of its own. */
export class InstanceProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #failed: Promise<never>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit');
    this.#failed = this.#exited.then(() => Promise.reject(new Error('an instance ended too early')));
    this.#failed.catch(() => undefined);
  }

  /** Starts one and waits until it knows what has been revoked. */
  static async start(redisUrl: string, tokeninfoUrl: string): Promise<InstanceProcess> {
    const program = fileURLToPath(new URL('instance.js', import.meta.url));
    const instance = new InstanceProcess(fork(program, [redisUrl, tokeninfoUrl]));
    await instance.#answer();
    return instance;
  }

  /**
   * Ask one thing at a time.
   *
   * @throws {Error} that says what failed
   */
  async ask(request: Request): Promise<number> {
    const answer = this.#answer();
    this.#child.send(request);
    return answer;
  }

  async #answer(): Promise<number> {
    const [answer]: unknown[] = await Promise.race([once(this.#child, 'message'), this.#failed]);
    if (typeof answer !== 'number') throw new Error(`an instance failed: ${answer}`);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await this.#exited;
  }
}
