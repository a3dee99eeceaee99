import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Done, isDone, isListening } from './contract.ts';

/** A tokeninfo that runs. */
export interface Upstream {
  /** What google-bearer's `endpoints` wants. */
  readonly origin: string;
  /** Where tokens are asked about. */
  readonly tokenInfoUrl: string;
  /** What it has done since this was last called. */
  done(): Promise<Done>;
  /** Ends its process. */
  close(): Promise<void>;
}

/**
 * Starts a tokeninfo in a process of its own: it knows every token, each for another user, and answers after 20 ms. It
 * ends with this process at the latest.
 *
 * @throws {Error} when it ends instead of answering
 */
export async function startUpstream(): Promise<Upstream> {
  const server = fork(fileURLToPath(new URL('./run-upstream.js', import.meta.url)), {
    env: { NODE_ENV: 'production' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(server, 'exit');
  const { origin } = await message(server, ended, isListening);
  return {
    origin,
    tokenInfoUrl: `${origin}/tokeninfo`,
    done() {
      server.send('done');
      return message(server, ended, isDone);
    },
    async close() {
      server.kill();
      await ended;
    },
  };
}

async function message<T>(
  server: ChildProcess,
  ended: Promise<unknown>,
  isExpected: (said: unknown) => said is T,
): Promise<T> {
  const [said]: unknown[] = await Promise.race([
    once(server, 'message'),
    ended.then(() => Promise.reject(new Error('the upstream ended'))),
  ]);
  if (!isExpected(said)) throw new Error('the upstream said something else');
  return said;
}
