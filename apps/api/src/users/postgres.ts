import { Kysely, PostgresDialect } from 'kysely';
import { Client, DatabaseError } from 'pg';
import { placeOf } from '../start-error.ts';
import { isPlainError } from './engine.ts';
import { migrate } from './migrations.ts';
import { openPool } from './postgres-pool.ts';
import { type UserStore, type UserTables, userStore } from './store.ts';

/** How many connections a process uses at most. Postgres allows 100 in all unless told otherwise. */
const MAX_CONNECTIONS = 10;
/** How long a statement may take, in ms. It is one row by its key, so more means that something is wrong. */
const STATEMENT_MS = 2_000;
/** How long making the tables may take, in ms, with the wait for another process that is at it. */
const MIGRATION_MS = 60_000;

/**
 * Brings the tables in Postgres up to date and opens them.
 *
 * @param onConnectionLost hears of a connection that broke while nobody used it
 * @throws what pg, Postgres or Kysely's Migrator has to say
 */
export async function openPostgresUserStore(url: string, onConnectionLost: (error: Error) => void): Promise<UserStore> {
  const { port } = new Client({ connectionString: url });
  // For such a port Node throws where nobody can catch it.
  if (!(port > 0 && port < 65_536)) throw new Error('there is no such port; is PGPORT set?');
  const migrating = database(url, { max: 1, statementMs: MIGRATION_MS, onConnectionLost });
  try {
    // Kysely holds an advisory lock meanwhile, so that of several starting processes one does the work.
    await migrate(migrating);
  } finally {
    await migrating.destroy();
  }
  const db = database(url, { max: MAX_CONNECTIONS, statementMs: STATEMENT_MS, onConnectionLost });
  return userStore(db, { isOutage });
}

function database(url: string, options: Parameters<typeof openPool>[1]): Kysely<UserTables> {
  return new Kysely<UserTables>({ dialect: new PostgresDialect({ pool: openPool(url, options) }) });
}

/**
 * What Postgres says when it is the server, its load, its disk or its administration that is in the way: classes and single
 * codes of its appendix A. The rest, as a syntax error or a value that does not fit, is a mistake of this program.
 */
const OUTAGES = [
  '08', // connection exception
  '25006', // read only: a replica, or a primary that was demoted
  '28', // the user or its password is refused
  '3D', // the database is gone
  '40', // rolled back, as for a deadlock
  '42501', // rights were taken away
  '42P01', // a table that was there at the start is gone
  '53', // out of memory, disk or connections
  '55', // locked, or not in a state to do it
  '57', // shut down, starting, cancelled by a timeout
  '58', // input and output
  'F0', // its configuration
  'XX', // internal error, corrupted data
] as const;

function isOutage(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return isPlainError(error);
  return OUTAGES.some((code) => error.code?.startsWith(code));
}

/** Host and port, for the person who starts this program: as pg finds them, which may be in parameters or the environment. */
export function postgresAddress(url: string): string {
  try {
    const { host, port } = new Client({ connectionString: url });
    return placeOf(host, port);
  } catch {
    // It has something against another part of the URL.
    const { hostname, port } = new URL(url);
    return placeOf(hostname, port || 5432);
  }
}

/**
 * Says for the person who starts this program why Postgres cannot be used. Of what Postgres says only the code is taken:
 * its words quote parts of the URL.
 */
export function whyPostgresFails(error: unknown): string {
  if (error instanceof DatabaseError) {
    const known = Object.entries(REASONS).find(([code]) => error.code?.startsWith(code));
    return `${known?.[1] ?? 'Postgres cannot make the tables'} (${error.code})`;
  }
  if (!(error instanceof Error)) return 'Postgres cannot be used';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // Without a code these are sentences of pg and of Kysely, in which at most what is in quotes comes from the URL.
  return `Postgres cannot be used (${code ?? error.message.replace(/"[^"]*"/g, '"…"')})`;
}

const REASONS = {
  '28': 'Postgres refuses this user or password',
  '3D000': 'Postgres has no such database',
  '42501': 'this user has no right to make the tables',
  '53300': 'Postgres has no connection left',
  '57P03': 'Postgres is starting or stopping',
  '57014': 'making the tables takes too long, or another process is at it',
} as const;
