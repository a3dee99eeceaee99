/**
 * Measures what open streams cost, and how soon they end; with Redis, and all on this machine:
 * `npx -y pnpm@12 exec node --conditions=google-bearer-source apps/api/test/support/measure-streams.ts [streams]`.
 */

import { connect } from 'node:net';
import { loadavg } from 'node:os';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import tap, { type Test, test } from 'tap';
import { type Cluster, startCluster } from './cluster.ts';

tap.setTimeout(600_000);

const STREAMS = Number(process.argv[2] ?? 10_000);
const APIS = 4;
const REVOCATIONS = 1_000;
/** How many are on their way at once. */
const AT_ONCE = 4;
/** How many streams are opened at once. */
const OPENING = 50;

/** A stream over a connection of its own. */
interface Held {
  /** Resolves to when the connection was closed, by `performance.now()`. */
  readonly closed: Promise<number>;
}

/** Opens a stream, and resolves when it has said hello. Bare sockets: the client is to cost little. */
function hold(url: string, token: string): Promise<Held> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('latin1').setNoDelay();
  const closed = new Promise<number>((resolve) => {
    socket.once('close', () => resolve(performance.now()));
  });
  socket.write(`GET /api/events HTTP/1.1\r\nHost: api\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('data', (text) => {
      if (/^HTTP\/1\.1 200 /.test(String(text))) resolve({ closed });
      else reject(new Error(String(text)));
    });
  });
}

/** Runs jobs, so many at once. */
async function all(count: number, atOnce: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await job(index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function spread(values: readonly number[], unit = 'ms'): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)} ${unit}`;
}

async function setUp(t: Test, size: number): Promise<Cluster> {
  const redis = await Redis.start(t);
  await redis.settle();
  t.comment(`load average: ${loadavg()[0]?.toFixed(1)}`);
  const env = { REDIS_URL: redis.url, DATA_DIR: `${t.testdir()}/data`, LOOKUP_BUDGET: '0' };
  // The defaults: what is measured is what people have.
  return startCluster(t, size, { ...env, MAX_STALENESS_MS: '5000', TOKENINFO_TIMEOUT_MS: '3000' });
}

test(`from the acknowledgement to the closed socket, on ${APIS} processes`, { skip: noRedis }, async (t) => {
  const cluster = await setUp(t, APIS);
  const delays: number[] = [];
  await all(REVOCATIONS, AT_ONCE, async (index) => {
    const token = cluster.google.mintToken();
    const at = index % APIS;
    const elsewhere = (at + 1 + (index % (APIS - 1))) % APIS;
    const { closed } = await hold(cluster.apis[elsewhere]?.url ?? '', token);
    if (!(await cluster.revoke(token, at))) throw new Error('a revocation was not acknowledged');
    const acknowledgedAt = performance.now();
    delays.push((await closed) - acknowledgedAt);
  });
  t.equal(delays.length, REVOCATIONS);
  t.comment(`acknowledged by one, closed by another: ${spread(delays)}`);
});

test(`${STREAMS} streams on one process`, { skip: noRedis }, async (t) => {
  const cluster = await setUp(t, 2);
  const [{ url } = { url: '' }] = cluster.apis;
  const gauge = async (name: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
  };
  const memory = () => gauge('process_resident_memory_bytes');
  // The first requests load code, and each token is known before: what is counted is the streams.
  const tokens = Array.from({ length: STREAMS }, () => cluster.google.mintToken());
  await all(STREAMS, OPENING, async (index) => {
    await cluster.use(tokens[index] ?? '', 0);
  });
  cluster.history.length = 0;
  const before = await memory();
  const held: Held[] = [];
  await all(STREAMS, OPENING, async (index) => {
    held.push(await hold(url, tokens[index] ?? ''));
  });
  t.equal(await gauge('http_event_streams'), STREAMS);
  const bytes = ((await memory()) - before) / STREAMS;
  t.comment(`memory: ${(bytes / 1024).toFixed(1)} KiB a stream`);

  // Meanwhile others ask: how long an answer takes shows how long the process was busy at a stretch.
  let isOver = false;
  const waits: number[] = [];
  const asking = (async () => {
    while (!isOver) {
      const askedAt = performance.now();
      await (await fetch(`${url}/healthz`)).arrayBuffer();
      waits.push(performance.now() - askedAt);
    }
  })();
  // All are of one user, who signs out everywhere, at the other process.
  const signOut = await fetch(`${cluster.apis[1]?.url}/api/tokens`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${tokens[0]}` },
  });
  t.equal(signOut.status, 204);
  const acknowledgedAt = performance.now();
  const ends = await Promise.all(held.map(async ({ closed }) => (await closed) - acknowledgedAt));
  isOver = true;
  await asking;
  t.comment(`all ended: ${spread(ends)} after the acknowledgement`);
  t.comment(`meanwhile /healthz answered in ${spread(waits)}`);
  t.equal(await gauge('http_event_streams'), 0);
});
