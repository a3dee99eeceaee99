import { ErrorReply } from 'redis';
import { type Client, within } from '../client.ts';
import { RedisUnfitError } from '../errors.ts';

const NOT_DURABLE =
  'Redis keeps no append-only file, so a restart would lose revocations. Set in redis.conf: "appendonly yes" and ' +
  '"appendfsync always"; or pass durability: \'memory\' to accept the loss';
const EVICTING =
  'Redis may evict revocations to make room. Set in redis.conf: "maxmemory-policy noeviction", or a volatile-… policy';
const REPLICA = 'This Redis is a replica, which lags behind: name the master';
const LOADING = 'Redis is reading its data from disk';

/**
 * Checks that Redis keeps what it is given.
 *
 * @returns the id of this run of its process: another one means that it was restarted, or is another one
 * @throws {RedisUnfitError}
 */
export async function checkFitness(client: Client, durability: 'aof' | 'memory', timeoutMs: number): Promise<string> {
  const info = await within(client, client.info(), timeoutMs);
  const value = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
  if (value('role') !== 'master') throw new RedisUnfitError(REPLICA);
  if (value('loading') === '1') throw new RedisUnfitError(LOADING);
  if (durability === 'aof' && value('aof_enabled') !== '1') throw new RedisUnfitError(NOT_DURABLE);
  if (value('maxmemory') !== '0' && value('maxmemory_policy').startsWith('allkeys'))
    throw new RedisUnfitError(EVICTING);
  return value('run_id');
}

/**
 * Checks that revocations are acknowledged by this Redis and by no other. That a partitioned master has been replaced it
 * cannot know; with `min-replicas-to-write` it knows that it may have been. It is asked to write something that changes
 * nothing: that is refused as any other write would be, and costs no sync of the append-only file.
 *
 * @param set a set of hashes
 * @throws {RedisUnfitError} when it is a replica; Redis' own error when it has lost its replicas
 */
export async function checkMaster(client: Client, set: string): Promise<void> {
  const writing = client.sRem(set, '').then(
    () => undefined,
    (error: unknown) => error,
  );
  const reply = await client.role();
  if (reply?.role !== 'master') throw new RedisUnfitError(REPLICA);
  const refusal = await writing;
  // While its disk is full or broken nobody is acknowledged anything: what was read is all that there is.
  if (refusal instanceof ErrorReply && refusal.message.startsWith('MISCONF ')) return;
  if (refusal !== undefined) throw refusal;
}
