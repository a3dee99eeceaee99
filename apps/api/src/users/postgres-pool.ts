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
    ...withOwnSettings(url),
    max,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: statementMs,
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
 * The URL, and the settings that are ours. For pg a parameter of the URL is stronger than an option of the same name. So those of ours are taken
 * out, and `options`, which may hold anything, goes on in front of our own: of two equal settings Postgres takes the last.
 */
function withOwnSettings(url: string): { readonly connectionString: string; readonly options: string } {
  const rest = new URL(url);
  const given = rest.searchParams.getAll('options').at(-1) ?? '';
  for (const name of ['options', 'statement_timeout', 'query_timeout']) rest.searchParams.delete(name);
  // What is acknowledged is on disk, even where the server's administrator prefers speed.
  return { connectionString: rest.href, options: `${given} -c synchronous_commit=on`.trim() };
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
