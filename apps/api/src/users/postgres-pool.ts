import { Pool, type PoolClient } from 'pg';

/** How long a request waits for a connection, in ms, whether a new one or one that is in use. */
const CONNECT_MS = 2_000;
/** How much longer than Postgres itself this side waits for the end of a statement, in ms. */
const GRACE_MS = 500;

/**
 * Opens a pool of connections to Postgres; the first is made when it is needed. Whatever becomes of the server, somebody
 * who asks it has an answer or an error within {@link CONNECT_MS} + `statementMs` + {@link GRACE_MS}.
 */
export function openPool(
  url: string,
  options: {
    readonly max: number;
    /** For a statement, and for all that is done with a connection until it is given back. */
    readonly statementMs: number;
    readonly onConnectionLost: (error: Error) => void;
  },
): Pool {
  const { max, statementMs, onConnectionLost } = options;
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: statementMs,
    // What is acknowledged is on disk, even where the server's administrator prefers speed.
    options: '-c synchronous_commit=on',
    fallback_application_name: 'google-bearer-api',
  });
  // One that is idle breaks. Without a listener that would end the process.
  pool.on('error', onConnectionLost);
  // One that is in use breaks: its statement fails, which is how everybody concerned hears of it.
  pool.on('connect', (client) => client.on('error', () => {}));
  endHungConnections(pool, statementMs + GRACE_MS);
  return pool;
}

/**
 * Ends connections that are in use for too long, as when the server hangs or the network swallows everything: Postgres cannot
 * cancel what it does not get to. pg's own `query_timeout` would leave such a connection in the pool, for the next one to hang on.
 */
function endHungConnections(pool: Pool, afterMs: number): void {
  const deadlines = new WeakMap<PoolClient, NodeJS.Timeout>();
  pool.on('acquire', (client) => {
    const end = (): void => void client.connection.stream.destroy(new Error('Postgres did not answer in time'));
    deadlines.set(client, setTimeout(end, afterMs));
  });
  pool.on('release', (_error, client) => clearTimeout(deadlines.get(client)));
}
