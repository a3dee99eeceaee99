import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from 'simple-statistics';
import { Child } from '../child.ts';
import type { Case, Times } from '../flood/case.ts';
import { floodFigures } from '../flood/figures.ts';
import { type Flood, type Flooded, isFlooded } from '../flood/flood.ts';
import { type Answers, GoodClient, type Kind } from '../flood/good-client.ts';
import { besidesGood, redisSize } from '../flood/redis-size.ts';
import { CLIENTS, PROTECTED } from '../flood/routes.ts';
import { floodTable } from '../flood/table.ts';
import { hasRedis, startRedis } from '../instances/redis-server.ts';
import { cores, pin } from '../servers/cores.ts';
import type { Size, Suite } from '../suite.ts';
import { isListening } from '../upstream/contract.ts';
import { startUpstream } from '../upstream/start-upstream.ts';

interface Sizes {
  /** In each there is quiet, and then the flood. All of them are over in a minute, so that the flooder has one budget. */
  readonly rounds: number;
  readonly quietMs: number;
  /** In each round. */
  readonly flood: Flood;
  readonly rehearsal: Flood;
}

/** A server that refuses so many in a second has some time left. One that has none makes everybody wait, whatever it does. */
const FLOOD_PER_S = 5_000;

const sizes: Readonly<Record<Size, Sizes>> = {
  full: {
    rounds: 5,
    quietMs: 2_000,
    flood: { tokens: 20_000, perS: FLOOD_PER_S, mostMs: 9_000 },
    rehearsal: { tokens: 5_000, perS: FLOOD_PER_S, mostMs: 5_000 },
  },
  quick: {
    rounds: 1,
    quietMs: 500,
    flood: { tokens: 3_000, perS: FLOOD_PER_S, mostMs: 5_000 },
    rehearsal: { tokens: 500, perS: FLOOD_PER_S, mostMs: 1_000 },
  },
};

/** What the upstream carries: a tenth of what the flood would ask. */
const UPSTREAM_PER_S = 500;

/**
 * How many good tokens the API has room for. They fill it before anything is measured, and each further one takes the place of
 * another: memory that grows has grown by something else.
 */
const ROOM = 600;

/** Good tokens for a run that takes much longer than it should. */
const GOOD_TOKENS = 20_000;

const NO_REDIS = 'without Redis: needs redis-server (apt-get install redis-server)';
const NO_ADDRESS = `left out: this machine has no ${CLIENTS.good}, the address of another client`;

export const suite: Suite = {
  title: 'One client sends unknown tokens, another good ones',
  async run(size, say) {
    if (!(await hasAddress(CLIENTS.good))) return { figures: {}, details: {}, unusual: [NO_ADDRESS] };
    // With all that it starts: the server alone has the other core.
    pin(process.pid, 'load');
    const cases = [await floodCase('without Redis', sizes[size], say)];
    if (hasRedis()) {
      const redis = await startRedis();
      try {
        cases.push(await floodCase('with Redis', sizes[size], say, redis.url));
      } finally {
        await redis[Symbol.asyncDispose]();
      }
    }
    return {
      figures: floodFigures(cases),
      details: { ownCores: cores !== undefined, upstreamPerS: UPSTREAM_PER_S, cases },
      unusual: [
        ...(cases.length === 1 ? [NO_REDIS] : []),
        ...cases.flatMap((measured) => remarks(measured, sizes[size])),
      ],
      table: floodTable(cases),
    };
  },
};

async function floodCase(name: string, sizes: Sizes, say: (what: string) => void, redisUrl?: string): Promise<Case> {
  const cleanUp = new AsyncDisposableStack();
  try {
    return await measureCase(cleanUp, name, sizes, say, redisUrl);
  } finally {
    await cleanUp.disposeAsync();
  }
}

/** @param cleanUp is given what has to be ended */
async function measureCase(
  cleanUp: AsyncDisposableStack,
  name: string,
  { rounds, quietMs, flood, rehearsal }: Sizes,
  say: (what: string) => void,
  redisUrl: string | undefined,
): Promise<Case> {
  say(`${name}: warming up`);
  const upstream = cleanUp.adopt(await startUpstream(UPSTREAM_PER_S), ({ close }) => close());
  const api = cleanUp.use(startApi(upstream.origin, redisUrl));
  const { origin } = await api.hear(isListening);
  if (api.pid !== undefined) pin(api.pid, 'server');
  const good = cleanUp.adopt(new GoodClient(origin, GOOD_TOKENS), (client) => client.disconnect());
  await good.introduce(ROOM);
  await floodFrom(CLIENTS.rehearsal, origin, (flooder) => good.during(flooder.ask(rehearsal, isFlooded)));
  await good.disconnect();

  const measure = async () => ({
    bytes: await api.ask({}, isNumber),
    // What good tokens are there for is no part of it.
    redis: redisUrl && besidesGood(await redisSize({ redisUrl, ...upstream, goodTokens: good.seen })),
  });
  const before = await measure();
  await upstream.done();
  const quiet: Answers[] = [];
  const flooded: Answers[] = [];
  const floods: Flooded[] = [];
  await floodFrom(CLIENTS.flooder, origin, async (flooder) => {
    for (let round = 0; round < rounds; round++) {
      say(`${name}: round ${round + 1} of ${rounds}`);
      await good.greet();
      quiet.push(await good.during(delay(quietMs)));
      const over = flooder.ask(flood, isFlooded);
      flooded.push(await good.during(over));
      floods.push(await over);
    }
  });
  await good.disconnect();
  const { ofNobody } = await upstream.done();
  const after = await measure();
  return {
    name,
    times: timesOf(quiet, flooded),
    goodRefused: sum([...quiet, ...flooded].map(({ refused }) => refused)),
    floods,
    lookups: ofNobody,
    bytes: { before: before.bytes, after: after.bytes },
    ...(before.redis && after.redis && { redis: { before: before.redis, after: after.redis } }),
  };
}

/** A flood that was smaller than it should have been proves less. */
function remarks({ name, floods }: Case, { rounds, flood }: Sizes): string[] {
  const sent = sum(floods.map((flooded) => flooded.sent));
  const failed = sum(floods.map(({ statuses }) => statuses.failed ?? 0));
  return [
    ...(sent < rounds * flood.tokens ? [`${name}: the machine was too busy for more than ${sent} unknown tokens`] : []),
    ...(failed > 0 ? [`${name}: ${failed} unknown tokens had no answer`] : []),
  ];
}

function startApi(upstream: string, redisUrl: string | undefined): Child {
  const args = [upstream, String(ROOM), ...(redisUrl === undefined ? [] : [redisUrl])];
  return new Child(new URL('../flood/api.js', import.meta.url), args, ['--expose-gc']);
}

/** Runs a flooder for as long as it is needed. Its connections are closed afterwards. */
async function floodFrom(
  localAddress: string,
  origin: string,
  use: (flooder: Child) => Promise<unknown>,
): Promise<void> {
  const flooder = new Child(new URL('../flood/flooder.js', import.meta.url), [origin + PROTECTED, localAddress]);
  try {
    await flooder.hear(isListening);
    await use(flooder);
  } finally {
    await flooder[Symbol.asyncDispose]();
  }
}

function timesOf(quiet: readonly Answers[], flood: readonly Answers[]): Case['times'] {
  const of = (kind: Kind) => ({ quiet: summary(quiet, kind), flood: summary(flood, kind) });
  return { known: of('known'), new: of('new'), public: of('public') };
}

function summary(rounds: readonly Answers[], kind: Kind): Times {
  return {
    p50Ms: rounds.map(({ ms }) => quantile([...ms[kind]], 0.5)),
    p99Ms: rounds.map(({ ms }) => quantile([...ms[kind]], 0.99)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, more) => total + more, 0);
}

function isNumber(said: unknown): said is number {
  return typeof said === 'number';
}

async function hasAddress(address: string): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false));
  server.listen(0, address, () => server.close(() => resolve(true)));
  return promise;
}
