import { type Client, within } from '../client.ts';
import { RedisUnfitError } from '../errors.ts';
import { isDiskBroken, isElsewhere, isForbidden, isUnknownCommand, isWrongType } from '../refusals.ts';
import type { LogKeys } from './keys.ts';
import { PROBE } from './scripts.ts';

const NOT_DURABLE =
  'Redis keeps no append-only file, so a restart would lose revocations. Set in redis.conf: "appendonly yes" and ' +
  '"appendfsync always"; or pass durability: \'memory\' to accept the loss';
const EVICTING =
  'Redis may evict revocations to make room. Set in redis.conf: "maxmemory-policy noeviction", or a volatile-… policy';
const REPLICA = 'This Redis is a replica, which lags behind: name the master';
const LOADING = 'Redis is reading its data from disk';
const NAMELESS = 'Redis does not say which run of it this is (run_id in INFO), so a loss of data would not show';
const ANOTHER = 'This Redis has become another master meanwhile: its data is read anew';
const CANNOT_TELL =
  'Redis minds its replicas (min-replicas-to-write), and this user may not try to write, so it cannot tell whether they are ' +
  'there: give it the right to hdel the key that ends in :state';
const ELSEWHERE = 'This node of the cluster does not hold the keys of this prefix: name the one that does';
const TOO_OLD = 'Redis 6.2 or later is needed, or Valkey, with scripts, streams and all commands that README.md lists';

function taken(key: string): string {
  return `The key ${key} holds something else: use another prefix`;
}

/** What the log asks for. */
export interface Needs {
  readonly keys: LogKeys;
  readonly durability: 'aof' | 'memory';
}

/**
 * Checks that Redis keeps what it is given, and that the keys are there and ours.
 *
 * @returns the run: one process of Redis, as one master. Another one may have lost something
 * @throws {RedisUnfitError}
 */
export async function checkFitness(client: Client, { keys, durability }: Needs, timeoutMs: number): Promise<string> {
  const value = reading(await within(client, client.info(), timeoutMs));
  if (value('role') !== 'master') throw new RedisUnfitError(REPLICA);
  if (value('loading') === '1') throw new RedisUnfitError(LOADING);
  if (durability === 'aof' && value('aof_enabled') !== '1') throw new RedisUnfitError(NOT_DURABLE);
  if (value('maxmemory') !== '0' && value('maxmemory_policy').startsWith('allkeys'))
    throw new RedisUnfitError(EVICTING);
  if (value('run_id') === '') throw new RedisUnfitError(NAMELESS);
  await within(client, checkKeys(client, keys), timeoutMs);
  return `${value('run_id')} ${value('master_replid')}`;
}

/** Asks each key for what its type can answer. */
async function checkKeys(client: Client, keys: LogKeys): Promise<void> {
  const checks: readonly [string, Promise<unknown>][] = [
    [keys.stream, client.xRange(keys.stream, '-', '+', { COUNT: 1 })],
    [keys.blocked, client.hScan(keys.blocked, '0', { COUNT: 1 })],
    [keys.unblocked, client.zScore(keys.unblocked, '')],
    [keys.state, client.hmGet(keys.state, ['epoch'])],
  ];
  const explained = checks.map(([key, answer]) =>
    answer.catch((error: unknown) => {
      if (isElsewhere(error)) throw new RedisUnfitError(ELSEWHERE);
      if (isWrongType(error)) throw new RedisUnfitError(taken(key));
      throw error;
    }),
  );
  await Promise.all(explained);
}

/**
 * Checks that this user may append, and that Redis knows all that it takes. Neither a full memory nor a broken disk is in the
 * way: they pass, and what is there can be read meanwhile.
 *
 * @throws {RedisUnfitError} when Redis lacks something; Redis' own error when the user lacks a right
 */
export async function checkRights(client: Client, keys: LogKeys, timeoutMs: number): Promise<void> {
  try {
    await within(client, client.eval(PROBE, { keys: [keys.probe] }), timeoutMs);
  } catch (error) {
    if (isUnknownCommand(error)) throw new RedisUnfitError(TOO_OLD);
    if (isWrongType(error)) throw new RedisUnfitError(taken(keys.probe));
    if (!isDiskBroken(error)) throw error;
  }
}

/**
 * Checks that revocations are acknowledged by this Redis and by no other. That a partitioned master has been replaced it
 * cannot know; with `min-replicas-to-write` it knows that it may have been. It is asked to write something that changes
 * nothing: that is refused as any other write would be (but for want of memory), and costs no sync of the append-only file.
 *
 * @param run the one in which the log was entered
 * @throws {RedisUnfitError} when it is a replica, or has been one; Redis' own error when it has lost its replicas
 */
export async function checkMaster(client: Client, keys: LogKeys, run: string): Promise<void> {
  const writing = client.hDel(keys.state, '').then(
    () => undefined,
    (error: unknown) => error,
  );
  const value = reading(await client.info('replication'));
  if (value('role') !== 'master') throw new RedisUnfitError(REPLICA);
  // Each promotion gives a new one. Who was a replica for a while has taken another's history.
  if (!run.endsWith(` ${value('master_replid')}`)) throw new RedisUnfitError(ANOTHER);
  const refusal = await writing;
  // While its disk is full or broken nobody is acknowledged anything: what was read is all that there is.
  if (refusal === undefined || isDiskBroken(refusal)) return;
  if (!isForbidden(refusal)) throw refusal;
  // Redis looks at the right first. It shows this line when it minds its replicas, but not how many it wants.
  if (value('min_slaves_good_slaves') !== '') throw new RedisUnfitError(CANNOT_TELL);
}

/** Reads what INFO answered: a name's value, or an empty text. */
function reading(info: string): (name: string) => string {
  return (name) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
}
