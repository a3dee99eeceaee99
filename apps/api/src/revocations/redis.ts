import { type RedisRevocationLog, RedisUnfitError, redisRevocationLog, redisTokenCache } from 'google-bearer-redis';
import { isLoopback } from '../loopback.ts';
import { placeOf, StartError } from '../start-error.ts';
import type { Revocations } from './revocations.ts';

/** A Redis, and which of its keys are this API's. */
interface RedisPlace {
  readonly url: string;
  readonly prefix: string;
}

/**
 * Opens the log and the cache that many machines share, once Redis is seen to be fit for both.
 *
 * @throws {StartError} naming REDIS_URL, the place and what is wrong there, and never the password
 */
export async function openRedis(place: RedisPlace): Promise<Revocations> {
  const sharedCache = redisTokenCache(place);
  try {
    await sharedCache.connect();
    const opened = await openRedisLog(place);
    const close = async (): Promise<void> => void (await Promise.all([opened.log.close(), sharedCache.close()]));
    return { ...opened, sharedCache, close };
  } catch (cause) {
    await sharedCache.close();
    const { hostname, port } = new URL(place.url);
    throw new StartError(`REDIS_URL: ${placeOf(hostname, port || 6379)}: ${whyRedisFails(cause)}`, { cause });
  }
}

const FORGETFUL =
  'REDIS_URL: this Redis keeps no append-only file, so a restart of it and of every API at once would lose revocations: set ' +
  'appendonly to yes and appendfsync to always in redis.conf. Were it not on this machine, the API would not have started';

/** Redis keeps no append-only file unless told to. On a developer's own machine that is no reason to stop. */
async function openRedisLog(
  place: RedisPlace,
): Promise<Pick<Revocations, 'warning'> & { readonly log: RedisRevocationLog }> {
  try {
    return { log: await checked(redisRevocationLog(place)) };
  } catch (error) {
    if (!(error instanceof RedisUnfitError && isLoopback(new URL(place.url).hostname))) throw error;
    const log = await checked(redisRevocationLog({ ...place, durability: 'memory' }));
    return { log, warning: FORGETFUL };
  }
}

async function checked(log: RedisRevocationLog): Promise<RedisRevocationLog> {
  try {
    await log.check();
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Neither node-redis nor google-bearer-redis puts the URL or the password into an error; Redis' own words have no place here. */
function whyRedisFails(error: unknown): string {
  if (!(error instanceof Error)) return 'Redis cannot be used';
  if (error instanceof RedisUnfitError) return error.message;
  // What a script is not allowed to do comes without that word.
  if (/^NOPERM |can't (run|access) /.test(error.message)) return 'Redis does not give this user all rights (NOPERM)';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : /^[A-Z]+(?= )/.exec(error.message)?.[0];
  return `Redis cannot be used (${code ?? error.name})`;
}
