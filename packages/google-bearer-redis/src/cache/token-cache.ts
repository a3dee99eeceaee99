import type { SharedTokenCache } from 'google-bearer';
import { openClient } from '../client.ts';
import { Commands } from '../commands.ts';
import { checkCacheOptions, type RedisTokenCacheOptions } from '../options.ts';
import { PROBE } from './scripts.ts';
import { derive } from './seal.ts';
import { Slot, slotKeys } from './slot.ts';

/** What it may take to connect and log in. A token does not wait for all of it: Google is asked meanwhile. */
const CONNECT_MS = 2000;

/** A shared token cache in Redis. Close it after the verifiers that use it: its connection keeps the process alive. */
export interface RedisTokenCache extends SharedTokenCache, AsyncDisposable {
  /**
   * Connects ahead of the first token, which would not wait for it: right after a start Google would be asked without need.
   * Does once what is done for a token, and leaves no trace of it: a user who lacks a right is noticed here, and not by all
   * the questions to Google.
   *
   * Rejects after 2 s at the latest, with {@link RedisTimeoutError} or node-redis' own error; the cache may be used even so.
   */
  connect(): Promise<void>;
  /** Closes the connection. The cache can no longer be used. May be called again. */
  close(): Promise<void>;
}

/**
 * Shares Google's answers through Redis or Valkey. Entries are sealed with keys that are derived from the tokens: who reads
 * Redis learns neither tokens nor people. Connects when it is used.
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
