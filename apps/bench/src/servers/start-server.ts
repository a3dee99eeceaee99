import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Credentials } from './contract.ts';
import { pin } from './cores.ts';

/** A server that listens. */
export interface RunningServer {
  /** The URL of its one route. */
  readonly url: string;
  /** Ends its process. */
  close(): Promise<void>;
}

/**
 * Starts a server in a process of its own, with no more than Node's defaults. It ends with this process at the latest,
 * however this one ends.
 *
 * @param name of the module in this folder
 * @throws {Error} when it ends before it listens; what it says is on stderr
 */
export async function startServer(name: string, credentials: Credentials): Promise<RunningServer> {
  const server = fork(fileURLToPath(new URL('./run-server.js', import.meta.url)), [name], {
    env: { NODE_ENV: 'production' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(server, 'exit');
  server.send(credentials);
  const origin = await Promise.race([
    once(server, 'message').then(([message]: unknown[]) => message),
    ended.then(() => Promise.reject(new Error(`the server "${name}" ended before it listened`))),
  ]);
  if (server.pid !== undefined) pin(server.pid, 'server');
  return {
    url: `${origin}/api/user`,
    async close() {
      server.kill();
      await ended;
    },
  };
}
