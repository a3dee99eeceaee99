import './node-version.ts';

export { type RedisTokenCache, redisTokenCache } from './cache/token-cache.ts';
export { RedisDataLostError, RedisTimeoutError, RedisUnfitError, UnreadableEntryError } from './errors.ts';
export { type RedisRevocationLog, redisRevocationLog } from './log/log.ts';
export type { RedisRevocationLogOptions, RedisTokenCacheOptions } from './options.ts';
