import type { Config } from '../env.ts';
import { openFile } from './file.ts';
import type { Revocations } from './revocations.ts';

/**
 * Opens the revocation log: Redis for many machines, or a file for the processes of one. This is the one place that knows which.
 *
 * @throws {StartError} naming the variable that is to blame and the place that it leads to, and never a secret
 */
export async function openRevocations(
  config: Pick<Config, 'redisUrl' | 'redisPrefix' | 'dataDir' | 'maxStalenessMs'>,
): Promise<Revocations> {
  const { redisUrl: url, redisPrefix: prefix } = config;
  if (url === undefined) return openFile(config);
  // Whoever has no Redis does not wait for its client to load.
  const { openRedis } = await import('./redis.ts');
  return await openRedis({ url, prefix });
}
