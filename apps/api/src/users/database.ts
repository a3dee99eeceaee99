import { makeDataFile } from '../data-dir.ts';
import type { Config } from '../env.ts';
import { StartError } from '../start-error.ts';
import { openSqliteUserStore } from './sqlite.ts';
import type { UserStore } from './store.ts';

/**
 * Opens the users' database, brings its tables up to date, and closes it again when that fails. This is the one place that
 * knows which database is in use.
 *
 * @param onConnectionLost hears of a connection that broke while nobody used it; the next request gets a new one
 * @throws {StartError} naming the variable that is to blame and the place that it leads to, and never a secret
 */
export async function openUserStore(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  onConnectionLost: (error: Error) => void,
): Promise<UserStore> {
  if (databaseUrl !== undefined) {
    // Whoever has no Postgres does not wait for its driver to load.
    const { openPostgresUserStore, postgresAddress, whyPostgresFails } = await import('./postgres.ts');
    return await openPostgresUserStore(databaseUrl, onConnectionLost).catch((cause: unknown) => {
      throw new StartError(`DATABASE_URL: ${postgresAddress(databaseUrl)}: ${whyPostgresFails(cause)}`, { cause });
    });
  }
  try {
    return await openSqliteUserStore(makeDataFile(dataDir, 'users.db'));
  } catch (cause) {
    throw StartError.inDataDir(dataDir, 'users.db', cause);
  }
}
