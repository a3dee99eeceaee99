import { type Client, within } from './client.ts';
import { RedisTimeoutError } from './errors.ts';
import { inTime } from './in-time.ts';
import { isNoMaster } from './refusals.ts';

/**
 * One connection for short commands, made when it is needed and made anew when it broke or leads to no master any more.
 * Nothing waits for Redis to come back: a command fails by its deadline, and the next one tries again.
 */
export class Commands {
  readonly #open: () => Promise<Client>;
  #client: Promise<Client> | undefined;

  /** @param open makes a connection, within a bounded time */
  constructor(open: () => Promise<Client>) {
    this.#open = open;
  }

  /**
   * Sends commands. Those sent in one turn of the event loop share a write.
   *
   * @param timeoutMs for all of it, connecting included
   * @throws {RedisTimeoutError} when there is no answer in time: it may have been done, or may still be
   */
  async run<T>(send: (client: Client) => Promise<T>, timeoutMs: number): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    // Connecting may take longer than whoever asks can wait: it goes on, for those who ask later.
    const client = await inTime(this.#connected(), timeoutMs);
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) throw new RedisTimeoutError();
    try {
      return await within(client, send(client), leftMs);
    } catch (error) {
      // Forgets it, too: the next command goes where the address leads by then.
      if (isNoMaster(error)) client.destroy();
      throw error;
    }
  }

  /** Ends the connection; what waits for an answer is rejected. */
  close(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.then((open) => open.destroy()).catch(() => {});
  }

  #connected(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const opening = this.#open();
    const forget = () => {
      if (this.#client === opening) this.#client = undefined;
    };
    opening.then((client) => {
      client.on('end', forget).on('error', forget);
      if (!client.isOpen) forget();
    }, forget);
    this.#client = opening;
    return opening;
  }
}
