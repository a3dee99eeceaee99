import { createClient, type RedisClientType } from 'redis';
import { inTime } from './in-time.ts';
import type { Server } from './options.ts';

/** One connection of node-redis. It ends with its socket: whoever opens the next one checks what it leads to. */
export type Client = RedisClientType;

let pattern: Client | undefined;

/**
 * A client that never connects, and that others are copies of. node-redis makes a class for each client whose options are not
 * those of the one before, which costs a thousand times as much as the copy; a Redis that comes back meets everybody at once.
 */
function copied(): Client {
  pattern ??= createClient({ maintNotifications: 'disabled' });
  return pattern;
}

/**
 * Connects and logs in. The one place where clients are made.
 *
 * @param name what `CLIENT LIST` shows
 * @throws {RedisTimeoutError} after `timeoutMs`; node-redis' own errors, none of which holds the URL or the password
 */
export async function openClient(server: Server, name: string, timeoutMs: number): Promise<Client> {
  const client = copied().duplicate({
    url: server.url,
    name,
    socket: { ...server.tls, reconnectStrategy: false, connectTimeout: timeoutMs },
    // It ends with the sending: `within` watches over all of it, without a timer of its own for each command.
    commandOptions: { timeout: 0 },
    // A command that was not sent while the connection stood is never sent later.
    disableOfflineQueue: true,
    // Each costs a right that the user would need.
    disableClientInfo: true,
    maintNotifications: 'disabled',
  });
  // Without a listener a broken connection would end the process. Whoever waits for an answer is told anyway.
  client.on('error', () => {});
  try {
    await within(client, client.connect(), timeoutMs);
    return client;
  } catch (error) {
    client.destroy();
    throw error;
  }
}

/**
 * What Redis answers, if it does in time. node-redis waits for an answer for ever: a Redis that hangs, or a network that
 * swallows what is sent, is noticed here alone. The connection is given up then.
 *
 * @throws {RedisTimeoutError} after `timeoutMs`
 */
export function within<T>(client: Client, answer: Promise<T>, timeoutMs: number): Promise<T> {
  return inTime(answer, timeoutMs, () => client.destroy());
}
