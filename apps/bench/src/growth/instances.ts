import { setTimeout as sleep } from 'node:timers/promises';
import { type RedisRevocationLog, redisRevocationLog } from 'google-bearer-redis';
import { median, quantile } from '../statistics.ts';
import type { Size } from '../suite.ts';
import { mintTokens } from '../tokens.ts';
import { startUpstream, type Upstream } from '../upstream/start-upstream.ts';
import { tokenEntry } from './filled.ts';
import { InstanceProcess } from './instance-process.ts';
import { startRedis } from './redis-server.ts';

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
  /**
   * What judging a token took an instance while revocations stream in, in ns of CPU. Not to be compared from one number of
   * instances to the next: these are measured one after the other.
   */
  readonly cpuNs: number;
};

/** Revocations that stream in while tokens are judged: so many, every so many ms. */
const STREAMED = 5;
const STREAM_EVERY_MS = 10;

const SIZES = {
  full: { upTo: 4, learned: 500, revoked: 200, judged: 1_000, judgeRounds: 5, judgeMs: 1_500 },
  quick: { upTo: 2, learned: 50, revoked: 20, judged: 1_000, judgeRounds: 1, judgeMs: 250 },
} as const;

/** Measures with one instance, then with one more, and so on. Needs redis-server. */
export async function measureInstances(size: Size, say: (what: string) => void): Promise<InstancesPoint[]> {
  const cleanUp = new AsyncDisposableStack();
  try {
    return await measureOn(cleanUp, size, say);
  } finally {
    await cleanUp.disposeAsync();
  }
}

/** @param cleanUp is given what has to be ended */
async function measureOn(
  cleanUp: AsyncDisposableStack,
  size: Size,
  say: (what: string) => void,
): Promise<InstancesPoint[]> {
  const { upTo, learned, revoked, judged, judgeRounds, judgeMs } = SIZES[size];
  const redis = cleanUp.use(await startRedis());
  const upstream = cleanUp.adopt(await startUpstream(), ({ close }) => close());
  const log = cleanUp.use(redisRevocationLog({ url: redis.url, durability: 'memory' }));
  const instances: InstanceProcess[] = [];
  const points: InstancesPoint[] = [];
  while (instances.length < upTo) {
    instances.push(cleanUp.use(await InstanceProcess.start(redis.url, upstream.origin)));
    say(`instances: ${instances.length}`);
    const tokens = newTokens(learned);
    const shared = await lookupsPerToken(instances, upstream, tokens, `shared-by-${instances.length}`);
    const unshared = await lookupsPerToken(instances, upstream, tokens);
    const refused = instances.length === 1 ? [] : await refusalsMs(instances, newTokens(revoked));
    const cpuNs = median(await cpuPerToken(instances, log, newTokens(judged), judgeRounds, judgeMs));
    points.push({
      instances: instances.length,
      lookupsPerToken: { shared, unshared },
      refusedAfterMs:
        refused.length === 0
          ? null
          : { median: median(refused), p99: quantile(refused, 0.99), most: quantile(refused, 1) },
      cpuNs,
    });
  }
  return points;
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

/** In each round, what a token took the instances on average. */
async function cpuPerToken(
  instances: readonly InstanceProcess[],
  log: RedisRevocationLog,
  tokens: readonly string[],
  rounds: number,
  forMs: number,
): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const stream = new AbortController();
    const streaming = streamRevocations(log, stream.signal);
    const each = await Promise.all(instances.map((instance) => instance.ask({ do: 'judge', tokens, forMs })));
    stream.abort();
    await streaming;
    // In the first round the newest instance compiles its code.
    if (round > 0) took.push(each.reduce((sum, ns) => sum + ns, 0) / each.length);
  }
  return took;
}

async function streamRevocations(log: RedisRevocationLog, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await Promise.all(Array.from({ length: STREAMED }, () => log.append(tokenEntry())));
    await sleep(STREAM_EVERY_MS);
  }
}
