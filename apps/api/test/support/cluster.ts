import { eventually } from '@google-bearer/test-kit/eventually';
import { reservedPort } from '@google-bearer/test-kit/ports';
import { type GoogleEmulator, startGoogleEmulator } from 'google-oauth-emulator';
import type { Test } from 'tap';
import { Pool } from 'undici';
import type { HistoryEvent, Verdict } from './history.ts';
import { type ApiProcess, startProcess } from './process.ts';
import { Streams } from './streams.ts';

/** API processes that share a Redis and, if told, a Postgres. */
export interface Cluster {
  readonly google: GoogleEmulator;
  readonly apis: readonly ApiProcess[];
  /** All that was sent and answered. */
  readonly history: HistoryEvent[];
  /** How often each answer came: by status and code, or `unreachable`. */
  readonly seen: Map<string, number>;
  /** Sends a token to one of the APIs. */
  use(token: string, at: number): Promise<Verdict>;
  /** Revokes a token at one of the APIs; resolves to whether that was acknowledged. */
  revoke(token: string, at: number): Promise<boolean>;
  /** Opens a stream with a token at one of the APIs; resolves to whether it is open. Its end is followed. */
  hold(token: string, at: number): Promise<boolean>;
  /** How many streams are open. */
  readonly held: number;
  /** Closes all streams, and forgets what has been. */
  begin(): Promise<void>;
  /** Starts one of them anew. */
  restart(at: number): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** How many APIs a cluster has in the run of all tests; `APIS=4` in the figures of docs/many-machines.md. */
export const APIS = Number(process.env.APIS ?? 3);

/**
 * Starts a Google and so many APIs; all of it ends with the test.
 *
 * @param env what all have
 * @param envOf what one of them has besides
 */
export async function startCluster(
  t: Test,
  size: number,
  env: Environment,
  envOf: (at: number) => Environment = () => ({}),
): Promise<Cluster> {
  const google = await startGoogleEmulator();
  t.teardown(() => google.close());
  const startApi = async (at: number, port?: string): Promise<ApiProcess> => {
    const api = await startProcess(t, {
      GOOGLE_CLIENT_ID: google.clients.map(({ id }) => id).join(','),
      GOOGLE_EMULATOR_URL: google.url,
      PORT: port ?? String(await reservedPort()),
      // Each request is a line otherwise, and there are many.
      LOG_LEVEL: 'warn',
      ...env,
      ...envOf(at),
    });
    await untilReady(api.url);
    return api;
  };
  const apis: ApiProcess[] = [];
  // One after the other: an API gives up a Redis that does not answer in 2 s, which all of them at once can bring about.
  while (apis.length < size) apis.push(await startApi(apis.length));
  const pools = apis.map(({ url }) => new Pool(url, { connections: 32, bodyTimeout: 20_000, headersTimeout: 20_000 }));
  t.teardown(() => Promise.all(pools.map((pool) => pool.destroy())));
  const streams = new Streams();
  t.teardown(() => streams.release());
  const history: HistoryEvent[] = [];
  const seen = new Map<string, number>();

  async function send(method: 'GET' | 'DELETE', path: string, token: string, at: number): Promise<[number, string]> {
    try {
      const pool = pools[at];
      if (pool === undefined) throw new Error(`there is no API ${at}`);
      const { statusCode, body } = await pool.request({ method, path, headers: { authorization: `Bearer ${token}` } });
      const answer: [number, string] = [statusCode, await body.text()];
      const code = /"code":"(\w+)"/.exec(answer[1])?.[1];
      const name = code === undefined ? String(statusCode) : `${statusCode} ${code}`;
      seen.set(name, (seen.get(name) ?? 0) + 1);
      return answer;
    } catch {
      seen.set('unreachable', (seen.get('unreachable') ?? 0) + 1);
      return [0, ''];
    }
  }
  return {
    google,
    apis,
    history,
    seen,
    async use(token, at) {
      const sentAt = performance.now();
      const answer = await send('GET', '/api/user', token, at);
      const verdict = verdictOf(answer);
      const answeredAt = performance.now();
      history.push({ kind: 'use', token, at, sentAt, answeredAt, verdict });
      if (answer[0] !== 0) await streams.answered(at, { sentAt, answeredAt });
      return verdict;
    },
    async revoke(token, at) {
      const sentAt = performance.now();
      const [status] = await send('DELETE', '/api/token', token, at);
      const acknowledged = status === 204;
      history.push({ kind: 'revocation', token, at, sentAt, answeredAt: performance.now(), acknowledged });
      return acknowledged;
    },
    async hold(token, at) {
      const stream = await streams.open(apis[at]?.url ?? '', token, at);
      if (typeof stream !== 'object') return false;
      history.push(stream);
      return true;
    },
    get held() {
      return streams.size;
    },
    async begin() {
      await streams.release();
      history.length = 0;
      seen.clear();
    },
    async restart(at) {
      const api = apis[at];
      if (api === undefined) throw new Error(`there is no API ${at}`);
      await api.end('SIGTERM');
      // On the same port, so that its clients go on.
      apis[at] = await startApi(at, new URL(api.url).port);
    },
  };
}

/** Resolves once an API has its view of the revocations and its database. */
export async function untilReady(url: string): Promise<void> {
  await eventually(`${url} to be ready`, async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok);
}

/**
 * What an answer says about the token: with 404 it is good, but its user has no record; with a database that cannot be asked for
 * that record as well.
 */
function verdictOf([status, body]: [number, string]): Verdict {
  if (status === 200 || status === 404 || body.includes('ERR_DATABASE_UNAVAILABLE')) return 'accepted';
  if (status === 401 && body.includes('ERR_TOKEN_REVOKED')) return 'revoked';
  return status === 503 || status === 0 ? 'unavailable' : 'other';
}
