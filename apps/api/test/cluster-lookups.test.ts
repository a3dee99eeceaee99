import { join } from 'node:path';
import tap, { test } from 'tap';
import { startCluster } from './support/cluster.ts';
import { skipRedis, startRedis } from './support/redis.ts';

const TOKENS = 2_000;
/** In every run of all tests; `USES=200` is the figure in docs/many-machines.md, and takes a minute of two cores. */
const USES = Number(process.env.USES ?? 4);
const APIS = 4;
tap.setTimeout(300_000);

test(`${TOKENS} tokens, ${USES} requests with each at ${APIS} APIs, cost one lookup a token, and none after a restart`, {
  skip: skipRedis,
}, async (t) => {
  const redis = await startRedis();
  t.teardown(() => redis.remove());
  const env = { REDIS_URL: redis.url, DATA_DIR: join(t.testdir(), 'data') };
  const cluster = await startCluster(t, APIS, env);
  const { google } = cluster;
  const tokens = Array.from({ length: TOKENS }, () => google.mintToken());

  /** Sends every token so many times, each time to another API, in an order in which the same token meets itself. */
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

  t.same([...(await useAll(USES, 32))], ['accepted']);
  t.equal(google.calls.count('/tokeninfo'), TOKENS);

  await Promise.all(cluster.apis.map((_, at) => cluster.restart(at)));
  // Programs that have just started are slow, and an answer that takes Redis more than 250 ms is not waited for.
  t.same([...(await useAll(APIS, 16))], ['accepted']);
  t.equal(google.calls.count('/tokeninfo'), TOKENS, 'the facts were shared');
});
