import { join } from 'node:path';
import type { RevocationLog, SharedTokenCache } from 'google-bearer';
import { redisRevocationLog, redisTokenCache } from 'google-bearer-redis';
import { sqliteRevocationLog } from 'google-bearer-sqlite';
import type { Config } from './env.ts';
import { StartError } from './errors.ts';

/** What the verifiers of several processes have in common. */
export interface Revocations {
  readonly log: RevocationLog;
  /** What Google said about tokens; undefined: each process asks for itself. */
  readonly sharedCache: SharedTokenCache | undefined;
  /** After the verifier, which follows the log. */
  close(): Promise<void>;
}

/**
 * Opens the revocation log: Redis for many machines, or a file for the processes of one. This is the one place that knows which.
 *
 * @throws {StartError} naming the variable that is to blame, and never its value
 */
export async function openRevocations(
  config: Pick<Config, 'redisUrl' | 'dataDir' | 'maxStalenessMs'>,
): Promise<Revocations> {
  return config.redisUrl === undefined ? openFile(config) : await openRedis(config.redisUrl);
}

async function openRedis(url: string): Promise<Revocations> {
  const log = redisRevocationLog({ url });
  const sharedCache = redisTokenCache({ url });
  const close = async (): Promise<void> => void (await Promise.all([log.close(), sharedCache.close()]));
  try {
    await Promise.all([log.check(), sharedCache.connect()]);
  } catch (cause) {
    await close();
    throw new StartError(`REDIS_URL: ${whyRedisFails(cause)}`, { cause });
  }
  return { log, sharedCache, close };
}

/** Neither node-redis nor google-bearer-redis puts the URL or the password into an error; Redis' own words have no place here. */
function whyRedisFails(error: unknown): string {
  if (!(error instanceof Error)) return 'Redis cannot be used';
  if (error.name === 'RedisUnfitError') return error.message;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : /^[A-Z]+(?= )/.exec(error.message)?.[0];
  return `Redis cannot be used (${code ?? error.name})`;
}

function openFile({ dataDir, maxStalenessMs }: Pick<Config, 'dataDir' | 'maxStalenessMs'>): Revocations {
  try {
    const log = sqliteRevocationLog({
      path: join(dataDir, 'revocations.db'),
      // Well within the promise, or no view would be fresh enough.
      pollIntervalMs: Math.min(50, Math.ceil(maxStalenessMs / 4)),
    });
    return { log, sharedCache: undefined, close: async () => log.close() };
  } catch (cause) {
    throw StartError.inDataDir('revocations.db in it cannot be used', cause);
  }
}
