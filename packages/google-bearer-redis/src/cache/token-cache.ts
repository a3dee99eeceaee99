import type { SharedTokenCache } from 'google-bearer';
import { openClient } from '../client.ts';
import { Commands } from '../commands.ts';
import { checkCacheOptions, type RedisTokenCacheOptions } from '../options.ts';
import { PROBE } from './scripts.ts';
import { derive } from './seal.ts';
import { Slot, slotKeys } from './slot.ts';

/** How long it may take to connect and log in. A token does not wait that long: Google is asked meanwhile. */
const CONNECT_MS = 2000;

/** A shared token cache in Redis. Close it after the verifiers that use it: its connection keeps the process alive. */
export interface RedisTokenCache extends SharedTokenCache, AsyncDisposable {
  /**
   * Connects before the first token comes. A token does not wait for the connection, so without this call Google would be asked
   * without need right after a start. It also tries every command that a token needs, and leaves nothing behind. So you notice
   * here, and not by many lookups at Google, that the Redis user lacks a right.
   *
   * Rejects after 2 s at the latest, with {@link RedisTimeoutError} or node-redis' own error. You may use the cache all the same.
   */
  connect(): Promise<void>;
  /** Closes the connection. The cache can no longer be used. May be called again. */
  close(): Promise<void>;
}

/**
 * Shares Google's answers through Redis or Valkey. Entries are encrypted with keys that are derived from the tokens, so whoever
 * reads Redis learns neither tokens nor people. Connects when it is first used.
 *
 * @throws {TypeError} naming every option that is wrong
 */
export function redisTokenCache(options: RedisTokenCacheOptions): RedisTokenCache {
  const server = checkCacheOptions(options);
  let closed = false;
  const commands = new Commands(() => {
    if (closed) return Promise.reject(new Error('The token cache is closed'));
    return openClient(server, 'google-bearer-cache', CONNECT_MS);
  });
  const close = async () => {
    closed = true;
    commands.close();
  };
  return {
    slot: (token, endpoint) => new Slot(commands, server.prefix, derive(token, endpoint)),
    connect: async () => {
      await commands.run((client) => client.eval(PROBE, { keys: slotKeys(server.prefix, 'probe') }), CONNECT_MS);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
