import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { reservedPort } from '@google-bearer/test-kit/ports';
import { noPostgres, startPostgres } from '@google-bearer/test-kit/postgres';
import t, { type Test } from 'tap';
import { openPool } from '../src/users/postgres-pool.ts';
import { runApi, startProcess } from './support/process.ts';

const PASSWORD = 'a-password-that-nobody-may-see';

async function startFails(t: Test, url: string, expected: RegExp): Promise<void> {
  const { code, stdout, stderr } = await runApi(t, {
    GOOGLE_CLIENT_ID: 'x',
    DATA_DIR: join(t.testdir(), 'data'),
    DATABASE_URL: url,
    LOG_LEVEL: 'trace',
  });
  t.equal(code, 1);
  t.equal(stdout, '');
  t.match(stderr, expected);
  t.equal(stderr.split('\n').length, 2, 'one line');
  t.ok(stderr.startsWith(`DATABASE_URL: ${new URL(url).host}: `), stderr);
  t.notMatch(stderr, new URL(url).password);
}

async function listen(t: Test, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  t.teardown(() => server.close());
  return typeof address === 'object' && address !== null ? address.port : 0;
}

t.test('nobody listens there', async (t) => {
  const port = await reservedPort();
  await startFails(t, `postgres://me:${PASSWORD}@127.0.0.1:${port}/db`, /^DATABASE_URL: .+ \(ECONNREFUSED\)\n$/);
});

t.test('somebody listens and never answers', async (t) => {
  const port = await listen(
    t,
    createServer((socket) => void socket.on('error', () => {})),
  );
  await startFails(t, `postgres://me:${PASSWORD}@127.0.0.1:${port}/db`, /^DATABASE_URL: .+ \(.*timeout.*\)\n$/);
});

t.test('somebody hangs up', async (t) => {
  const port = await listen(
    t,
    createServer((socket) => socket.destroy()),
  );
  await startFails(t, `postgresql://me:${PASSWORD}@127.0.0.1:${port}/db`, /^DATABASE_URL: .+\n$/);
});

t.test('parameters that pg refuses', async (t) => {
  const url = `postgres://me:${PASSWORD}@127.0.0.1:1/db`;
  await startFails(t, `${url}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`, /^DATABASE_URL: .+ \(ENOENT\)\n$/);
  await startFails(t, `${url}?sslnegotiation=${PASSWORD}`, /^DATABASE_URL: .+ "…"/);
});

t.test('a port that there is not', async (t) => {
  for (const env of [{ PGPORT: 'abc' }, { PGPORT: '70000' }]) {
    const { code, stderr } = await runApi(t, {
      GOOGLE_CLIENT_ID: 'x',
      DATA_DIR: join(t.testdir(), 'data'),
      DATABASE_URL: `postgres://me:${PASSWORD}@127.0.0.1/db`,
      PORT: '0',
      ...env,
    });
    t.equal(code, 1);
    t.match(
      stderr,
      /^DATABASE_URL: 127\.0\.0\.1:\w+: Postgres cannot be used \(there is no such port; is PGPORT set\?\)\n$/,
    );
  }
});

t.test('Postgres is there, and refuses', { skip: noPostgres }, async (t) => {
  const server = await startPostgres();
  t.teardown(() => server.remove());
  const good = await server.createDatabase();
  const changed = (change: (url: URL) => void): string => {
    const url = new URL(good);
    change(url);
    return url.href;
  };
  await server.query(`CREATE ROLE guest LOGIN PASSWORD '${PASSWORD}'`);
  const cases: Readonly<Record<string, readonly [url: string, expected: RegExp]>> = {
    'the password': [
      changed((url) => {
        url.password = PASSWORD;
      }),
      /^DATABASE_URL: \S+: Postgres refuses this user or password \(28P01\)\n$/,
    ],
    'having such a database': [
      changed((url) => {
        url.pathname = '/nowhere';
      }),
      /^DATABASE_URL: \S+: Postgres has no such database \(3D000\)\n$/,
    ],
    'letting this user make tables': [
      changed((url) => {
        url.username = 'guest';
        url.password = PASSWORD;
      }),
      /^DATABASE_URL: \S+: this user has no right to make the tables \(42501\)\n$/,
    ],
    TLS: [`${good}?sslmode=verify-full`, /^DATABASE_URL: .+ \(The server does not support SSL connections\)\n$/],
  };
  for (const [what, [url, expected]] of Object.entries(cases)) {
    await t.test(what, (t) => startFails(t, url, expected));
  }

  await t.test('nothing, whatever settings the URL asks for; and ours are stronger', async (t) => {
    const options = encodeURIComponent('-c synchronous_commit=off -c search_path=elsewhere');
    const url = `${good}?statement_timeout=0&query_timeout=1&options=${options}`;
    const pool = openPool(url, { max: 1, statementMs: 1234, onConnectionLost: () => {} });
    t.teardown(() => pool.end());
    const show = async (name: string): Promise<unknown> => (await pool.query(`SHOW ${name}`)).rows[0][name];
    t.equal(await show('synchronous_commit'), 'on');
    t.equal(await show('statement_timeout'), '1234ms');
    t.equal(await show('search_path'), 'elsewhere');
  });

  await t.test('nothing, over TLS whose certificate it can check', async (t) => {
    const certificate = await server.enableTls();
    await startFails(t, `${good}?sslmode=verify-full`, /^DATABASE_URL: .+ \(DEPTH_ZERO_SELF_SIGNED_CERT\)\n$/);
    const api = await startProcess(t, {
      GOOGLE_CLIENT_ID: 'x',
      DATA_DIR: join(t.testdir(), 'data'),
      DATABASE_URL: `${good}?sslmode=verify-full&sslrootcert=${certificate}`,
    });
    t.equal((await fetch(`${api.url}/readyz`)).status, 200);
    const connections = await server.query(
      "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'google-bearer-api'",
    );
    t.strictSame(connections, [{ ssl: true }]);
    t.match(await api.end('SIGTERM'), { code: 0 });
    t.equal(api.stderr(), '');
  });
});
