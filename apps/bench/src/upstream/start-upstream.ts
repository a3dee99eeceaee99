import { Child } from '../child.ts';
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
 * Starts a tokeninfo in a process of its own: it knows every token that does not begin with `NOBODYS`, each for another user,
 * and answers after 20 ms. It ends with this process at the latest.
 *
 * @param perS how many requests it answers in a second; it says 429 to the others
 * @throws {Error} when it ends instead of answering
 */
export async function startUpstream(perS: number = Number.POSITIVE_INFINITY): Promise<Upstream> {
  const server = new Child(new URL('./run-upstream.js', import.meta.url), [String(perS)]);
  const { origin } = await server.hear(isListening);
  return {
    origin,
    tokenInfoUrl: `${origin}/tokeninfo`,
    done: () => server.ask({}, isDone),
    close: () => server[Symbol.asyncDispose](),
  };
}
