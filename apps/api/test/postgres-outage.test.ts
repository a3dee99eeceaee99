import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import { noPostgres, type PostgresServer, startPostgres } from '@google-bearer/test-kit/postgres';
import t from 'tap';
import { type ApiProcess, startProcess } from './support/process.ts';
import { type Google, startGoogle } from './support/secrets.ts';

const USERS = Array.from({ length: 600 }, (_, i) => ({
  sub: `1000000000000000${1000 + i}`,
  email: `user${i}@example.com`,
}));

interface Answer {
  readonly status: number;
  readonly ms: number;
}

async function send(api: ApiProcess, method: string, path: string, token?: string, name?: string): Promise<Answer> {
  const before = performance.now();
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(name !== undefined && { 'content-type': 'application/json' }),
    },
    ...(name !== undefined && { body: JSON.stringify({ name }) }),
  });
  await response.body?.cancel();
  return { status: response.status, ms: performance.now() - before };
}

function countOf(statuses: Iterable<number>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

t.setTimeout(300_000);

t.test('when Postgres is killed or hangs', { skip: noPostgres, timeout: 240_000 }, async (t) => {
  const server: PostgresServer = await startPostgres();
  t.teardown(() => server.remove());
  const google: Google = await startGoogle(t, { users: USERS });
  const databaseUrl = await server.createDatabase();
  // Whoever is acknowledged has to be on disk even so.
  await server.query(`ALTER DATABASE ${new URL(databaseUrl).pathname.slice(1)} SET synchronous_commit = off`);
  const env = {
    GOOGLE_CLIENT_ID: google.clientId,
    GOOGLE_EMULATOR_URL: google.url,
    DATA_DIR: join(t.testdir(), 'data'),
    DATABASE_URL: databaseUrl,
  };
  // The second with a parameter as some hosts ask for: it must not displace what makes writes durable.
  const withOptions = { ...env, DATABASE_URL: `${databaseUrl}?options=-c%20search_path%3Dpublic` };
  const apis = await Promise.all([env, withOptions].map((env) => startProcess(t, env)));
  const apiOf = (i: number): ApiProcess => {
    const api = apis[i % apis.length];
    if (api === undefined) throw new Error('no API');
    return api;
  };
  const tokens = USERS.map(({ email }) => google.mintToken({ user: email }));
  const tokenOf = (i: number): string => tokens[i] ?? '';
  const stored = async (): Promise<ReadonlyMap<string, unknown>> => {
    const rows = await server.query('SELECT id, name FROM users', databaseUrl);
    return new Map(rows.map(({ id, name }) => [String(id), name]));
  };

  await t.test('kill -9 and restart under load lose nothing that was acknowledged', async (t) => {
    const KILLS = 3;
    const statuses: number[] = [];
    const durations: number[] = [];
    /** By sub: the number in the last name that was acknowledged, and in the last one that was sent. */
    const names = new Map<string, { acknowledged: number; sent: number }>();
    let acknowledged = 0;
    let stopping = false;
    let nextNew = 100;
    const signIn = async (user: number, number: number): Promise<boolean> => {
      const sub = USERS[user]?.sub ?? '';
      const entry = names.get(sub) ?? { acknowledged: -1, sent: -1 };
      names.set(sub, entry);
      entry.sent = number;
      const { status, ms } = await send(apiOf(number), 'POST', '/api/user', tokenOf(user), `Name ${number}`);
      statuses.push(status);
      durations.push(ms);
      if (status !== 200 && status !== 201) return false;
      entry.acknowledged = number;
      acknowledged++;
      return true;
    };
    const rename = async (user: number): Promise<void> => {
      for (let number = 0; !stopping; number++) await signIn(user, number);
    };
    const create = async (): Promise<void> => {
      while (!stopping && nextNew < USERS.length) {
        const user = nextNew;
        nextNew++;
        for (let number = 0; !stopping && !(await signIn(user, number)); ) number++;
      }
    };
    const load = Promise.all([...[40, 41, 42, 43, 44, 45].map(rename), create(), create()]);
    for (let round = 1; round <= KILLS; round++) {
      const target = acknowledged + 50 + round * 13;
      await eventually('acknowledgements', () => acknowledged >= target);
      await server.kill();
      const failed = statuses.length + 20;
      await eventually('failures', () => statuses.length >= failed);
      await server.start();
    }
    const target = acknowledged + 100;
    await eventually('acknowledgements again', () => acknowledged >= target);
    await server.kill();
    stopping = true;
    await load;
    await server.start();

    const found = await stored();
    const lost = [...names].filter(([sub, { acknowledged, sent }]) => {
      const number = Number(/^Name (\d+)$/.exec(String(found.get(sub)))?.[1] ?? -1);
      return number < acknowledged || number > sent;
    });
    t.strictSame(lost, []);
    const counts = countOf(statuses);
    t.strictSame(Object.keys(counts), ['200', '201', '503'], 'clients see nothing else');
    const created = [...found.keys()].filter((sub) => names.has(sub)).length;
    t.comment(`${KILLS + 1} kills: ${JSON.stringify(counts)}, ${created} users, ${acknowledged} acknowledged`);
    t.comment(`slowest answer ${Math.round(Math.max(...durations))} ms`);
    for (const api of apis)
      await eventually('an API that is ready', async () => (await send(api, 'GET', '/readyz')).status === 200);
    for (const api of apis) t.equal(api.child.exitCode, null, 'the same processes go on');
  });

  await t.test('connections that break while idle harm nobody', async (t) => {
    await server.kill();
    await eventually('the lost connections to be logged', () =>
      apis.every((api) => api.stdout().includes('a connection to the user database was lost')),
    );
    for (const api of apis) t.equal((await send(api, 'GET', '/readyz')).status, 503);
    await server.start();
    for (const api of apis) t.equal((await send(api, 'GET', '/readyz')).status, 200, 'at the first attempt');
  });

  await t.test('while Postgres hangs it is 503 within seconds, and afterwards all is well', async (t) => {
    const [token, leaked] = [tokenOf(0), google.mintToken()];
    t.equal((await send(apiOf(0), 'POST', '/api/user', token)).status, 201);
    t.equal((await send(apiOf(0), 'GET', '/api/user', leaked)).status, 200);
    server.freeze();
    // It hangs until it is told to go on, so whoever is answered has been given up in time.
    const requests = Array.from({ length: 60 }, (_, i) =>
      send(apiOf(i), i % 3 === 0 ? 'GET' : 'POST', i % 15 === 0 ? '/readyz' : '/api/user', token),
    );
    const answers = await Promise.all([...requests, ...apis.map((api) => send(api, 'GET', '/readyz'))]);
    t.strictSame(countOf(answers.map(({ status }) => status)), { 503: 62 });
    const slowest = Math.max(...answers.map(({ ms }) => ms));
    t.comment(`slowest answer while it hangs: ${Math.round(slowest)} ms`);
    t.equal((await send(apiOf(0), 'GET', '/healthz')).status, 200);
    t.equal((await send(apiOf(0), 'DELETE', '/api/token', leaked)).status, 204, 'revoking goes on');
    const again = await send(apiOf(0), 'POST', '/api/user', token);
    t.equal(again.status, 503);
    server.thaw();
    for (const api of apis) {
      await eventually('an API that is ready', async () => (await send(api, 'GET', '/readyz')).status === 200);
      t.equal((await send(api, 'POST', '/api/user', token)).status, 200);
    }
  });

  await t.test('a process that is told to stop does so, whether Postgres answers or not', async (t) => {
    const [first, ...others] = apis;
    t.match(await first?.end('SIGTERM'), { code: 0 });
    const connections = async (): Promise<unknown> =>
      (
        await server.query("SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'google-bearer-api'")
      )[0];
    server.freeze();
    for (const api of others) {
      const underWay = send(api, 'POST', '/api/user', tokenOf(0));
      t.match(await Promise.all([api.end('SIGTERM'), underWay.catch(() => undefined)]), [{ code: 0 }]);
    }
    server.thaw();
    await eventually('no connection to be left', async () => JSON.stringify(await connections()) === '{"count":0}');
    for (const api of apis) {
      t.equal(api.stderr(), '');
      t.strictSame(google.leaks([api.stdout()]), []);
    }
  });
});
