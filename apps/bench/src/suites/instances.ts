import { max, median, quantile } from 'simple-statistics';
import { InstanceProcess } from '../instances/instance-process.ts';
import { hasRedis, startRedis } from '../instances/redis-server.ts';
import type { Size, Suite } from '../suite.ts';
import { mintTokens } from '../tokens.ts';
import { startUpstream, type Upstream } from '../upstream/start-upstream.ts';

/** What was measured with so many instances on one Redis. */
export type InstancesPoint = {
  readonly instances: number;
  /** How often Google was asked about a token that came to every instance, at about the same time. */
  readonly lookupsPerToken: { readonly shared: number; readonly unshared: number };
  /**
   * From the acknowledgement of a revocation until the last of the others refuses, in ms; below zero where they refuse before it
   * is acknowledged. Null with one instance.
   */
  readonly refusedAfterMs: { readonly median: number; readonly p99: number; readonly most: number } | null;
};

const SIZES = {
  full: { upTo: 4, learned: 500, revoked: 200 },
  quick: { upTo: 2, learned: 50, revoked: 20 },
} as const;

/** What the suite finds out. A text says why nothing was measured. */
export type InstancesDetails = { readonly instances: readonly InstancesPoint[] | string };

const NO_REDIS = 'left out: needs redis-server (apt-get install redis-server)';

/** First with one instance, then with one more, and so on. */
export const suite: Suite = {
  title: 'More instances on one Redis',
  async run(size, say) {
    if (!hasRedis()) return { figures: {}, details: { instances: NO_REDIS }, unusual: [NO_REDIS] };
    const cleanUp = new AsyncDisposableStack();
    try {
      const details: InstancesDetails = { instances: await measure(cleanUp, size, say) };
      return { figures: {}, details };
    } finally {
      await cleanUp.disposeAsync();
    }
  },
};

/** @param cleanUp is given what has to be ended */
async function measure(
  cleanUp: AsyncDisposableStack,
  size: Size,
  say: (what: string) => void,
): Promise<InstancesPoint[]> {
  const { upTo, learned, revoked } = SIZES[size];
  const redis = cleanUp.use(await startRedis());
  const upstream = cleanUp.adopt(await startUpstream(), ({ close }) => close());
  const instances: InstanceProcess[] = [];
  const points: InstancesPoint[] = [];
  while (instances.length < upTo) {
    instances.push(cleanUp.use(await InstanceProcess.start(redis.url, upstream.origin)));
    say(`instances: ${instances.length}`);
    const tokens = newTokens(learned);
    const shared = await lookupsPerToken(instances, upstream, tokens, `shared-by-${instances.length}`);
    const unshared = await lookupsPerToken(instances, upstream, tokens);
    const refusedAfterMs = instances.length === 1 ? null : summary(await refusalsMs(instances, newTokens(revoked)));
    points.push({ instances: instances.length, lookupsPerToken: { shared, unshared }, refusedAfterMs });
  }
  return points;
}

function summary(ms: readonly number[]): NonNullable<InstancesPoint['refusedAfterMs']> {
  return { median: median(ms), p99: quantile(ms, 0.99), most: max(ms) };
}

function newTokens(count: number): string[] {
  const tokens = mintTokens(count);
  return Array.from({ length: count }, (_, index) => tokens.token(index));
}

async function lookupsPerToken(
  instances: readonly InstanceProcess[],
  upstream: Upstream,
  tokens: readonly string[],
  shareUnder?: string,
): Promise<number> {
  await upstream.done();
  const request = { do: 'learn', tokens, ...(shareUnder !== undefined && { shareUnder }) } as const;
  await Promise.all(instances.map((instance) => instance.ask(request)));
  const { requests } = await upstream.done();
  return requests / tokens.length;
}

/** Each token is revoked at one of the instances. For each: when the last of the others refused it, after the acknowledgement. */
async function refusalsMs(instances: readonly InstanceProcess[], tokens: readonly string[]): Promise<number[]> {
  const took: number[] = [];
  for (const [index, token] of tokens.entries()) {
    const revoker = index % instances.length;
    const [acknowledged, ...refused] = await Promise.all([
      instances[revoker]?.ask({ do: 'revoke', token }) ?? Number.NaN,
      ...instances.toSpliced(revoker, 1).map((instance) => instance.ask({ do: 'refuse', token })),
    ]);
    took.push(Math.max(...refused) - acknowledged);
  }
  return took;
}
