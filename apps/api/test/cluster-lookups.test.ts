import { join } from 'node:path';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import tap, { test } from 'tap';
import { APIS, startCluster } from './support/cluster.ts';

/** In every run of all tests; `APIS=4 TOKENS=2000 USES=200` is the figure in docs/many-machines.md, and takes a minute of two cores. */
const TOKENS = Number(process.env.TOKENS ?? 100);
const USES = Number(process.env.USES ?? 4);
tap.setTimeout(300_000);

test(`${TOKENS} tokens, ${USES} requests with each at ${APIS} APIs, cost one lookup a token, and none after a restart`, {
  skip: noRedis,
}, async (t) => {
  const redis = await Redis.start(t);
  await redis.settle();
  // Long, so that no API gives up waiting for another one that is slow because of this machine.
  const env = { REDIS_URL: redis.url, DATA_DIR: join(t.testdir(), 'data'), TOKENINFO_TIMEOUT_MS: '60000' };
  const cluster = await startCluster(t, APIS, env);
  const { google } = cluster;
  const tokens = Array.from({ length: TOKENS }, () => google.mintToken());

  /** Sends every token so many times, each time to the next API, in an order in which the same token meets itself. */
  async function useAll(uses: number, parallel: number): Promise<Set<string>> {
    const verdicts = new Set<string>();
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let index = next++; index < TOKENS * uses; index = next++) {
        const token = tokens[Math.floor(index / uses)] ?? '';
        verdicts.add(await cluster.use(token, index % APIS));
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    cluster.history.length = 0;
    return verdicts;
  }

  /** How often an API asked without Redis: on a machine that has too much to do it may be too slow, and each costs a lookup. */
  async function passedOver(): Promise<number> {
    const pages = await Promise.all(cluster.apis.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    const counts = pages.map((page) => Number(/^google_bearer_shared_cache_failures_total (\d+)$/m.exec(page)?.[1]));
    return counts.reduce((sum, count) => sum + count, 0);
  }
  const isOneEach = (late: number): boolean => {
    const lookups = google.calls.count('/tokeninfo');
    return lookups >= TOKENS && lookups <= TOKENS + late;
  };

  t.same([...(await useAll(USES, 32))], ['accepted']);
  const before = await passedOver();
  t.ok(isOneEach(before), `${google.calls.count('/tokeninfo')} lookups, ${before} answers of Redis that came too late`);

  // One after the other, as they were started.
  for (const at of cluster.apis.keys()) await cluster.restart(at);
  // Programs that have just started are slow, and an answer that takes Redis more than 500 ms is not waited for.
  t.same([...(await useAll(1, 16))], ['accepted']);
  t.ok(isOneEach(before + (await passedOver())), 'the facts were shared');
});
