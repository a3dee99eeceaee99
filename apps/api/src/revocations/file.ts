import { join } from 'node:path';
import { sqliteRevocationLog } from 'google-bearer-sqlite';
import type { Config } from '../env.ts';
import { StartError } from '../start-error.ts';
import type { Revocations } from './revocations.ts';

/**
 * Opens the log that the processes of one machine share.
 *
 * @throws {StartError} naming DATA_DIR and the file
 */
export function openFile({ dataDir, maxStalenessMs }: Pick<Config, 'dataDir' | 'maxStalenessMs'>): Revocations {
  try {
    const log = sqliteRevocationLog({
      path: join(dataDir, 'revocations.db'),
      // Well within the promise, or no view would be fresh enough.
      pollIntervalMs: Math.min(50, Math.ceil(maxStalenessMs / 4)),
    });
    return { log, sharedCache: undefined, close: async () => log.close() };
  } catch (cause) {
    throw StartError.inDataDir(dataDir, 'revocations.db', cause);
  }
}
