import { median, shuffle } from 'simple-statistics';
import type { GoalId } from '../goals.ts';
import { seededRandom } from '../random.ts';
import { cores } from '../servers/cores.ts';
import { type Stage, type StageName, startStages } from '../servers/stages.ts';
import { countStatuses } from '../servers/statuses.ts';
import { CONNECTIONS, type Load, load, requireWrk } from '../servers/wrk.ts';
import { ratio } from '../statistics.ts';
import type { Figure, Json, Size, Suite } from '../suite.ts';

const sizes: Readonly<Record<Size, { readonly tokens: number; readonly rounds: number; readonly warmUp: number }>> = {
  full: { tokens: 5_000, rounds: 14, warmUp: 2 },
  quick: { tokens: 200, rounds: 1, warmUp: 0 },
};

/** Short runs, so that there are many: a machine that is slow for a while is slow for all servers of a round. */
const RUN_S = 1;

/** Requests before each run. */
const REHEARSED = 1_000;

type Loads = Readonly<Record<StageName, readonly Load[]>>;

export const suite: Suite = {
  title: 'A protected Fastify route',
  async run(size, say) {
    requireWrk();
    const { tokens, rounds, warmUp } = sizes[size];
    const stages = await startStages(tokens);
    try {
      for (const stage of stages.all) await requireProtection(stage);
      const loads = await loadInRounds(stages.all, rounds, warmUp, say);
      return {
        figures: figuresOf(loads),
        details: {
          tokens,
          staticKeys: 1,
          connections: CONNECTIONS,
          ownCores: cores !== undefined,
          ...detailsOf(loads),
        },
      };
    } finally {
      await stages.close();
    }
  },
};

async function loadInRounds(
  stages: readonly Stage[],
  rounds: number,
  warmUp: number,
  say: (what: string) => void,
): Promise<Loads> {
  const loads: Record<StageName, Load[]> = {
    unprotected: [],
    'google-bearer': [],
    'unprotected-sqlite': [],
    'google-bearer-sqlite': [],
    'fastify-jwt': [],
    'bearer-auth': [],
    'express-jwt': [],
  };
  const random = seededRandom(1);
  for (let round = -warmUp; round < rounds; round++) {
    for (const stage of shuffle([...stages], random)) {
      // Not timed: then the core's caches are as this server leaves them, and not as the one before did.
      await countStatuses(stage.url, stage.headers.slice(0, REHEARSED));
      const found = await load(stage.url, stage.file, RUN_S);
      if (found.badStatuses + found.failures > 0) throw await failureOf(stage, found);
      if (round >= 0) loads[stage.name].push(found);
    }
    say(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`);
  }
  return loads;
}

/** Before anything is timed: each of its credentials is let in, which also fills caches, and nobody is without one. */
async function requireProtection({ name, url, headers }: Stage): Promise<void> {
  const statuses = await countStatuses(url, headers);
  if (statuses[200] !== headers.length)
    throw new Error(`${name} does not let everybody in: ${JSON.stringify(statuses)}`);
  const { 200: open = 0 } = await countStatuses(url, [undefined]);
  if ((open === 1) !== name.startsWith('unprotected')) throw new Error(`${name} is not what its name says`);
}

/** wrk counts what went wrong, and does not say what. */
async function failureOf({ name, url, headers }: Stage, { badStatuses, failures }: Load): Promise<Error> {
  const statuses = JSON.stringify(await countStatuses(url, headers));
  return new Error(`${name}: ${badStatuses} bad answers, ${failures} failed requests; asked again: ${statuses}`);
}

function figuresOf(loads: Loads): Partial<Record<GoalId, Figure>> {
  const ours = loads['google-bearer'];
  const against = (name: StageName): Figure => ratio(ours.map(speed), loads[name].map(speed));
  return {
    'route/unprotected': against('unprotected'),
    'route/unprotected p99': ratio(ours.map(tail), loads.unprotected.map(tail)),
    'route/unprotected, SQLite': ratio(
      loads['google-bearer-sqlite'].map(speed),
      loads['unprotected-sqlite'].map(speed),
    ),
    'route/@fastify/jwt': against('fastify-jwt'),
    'route/@fastify/bearer-auth': against('bearer-auth'),
    'route/express-oauth2-jwt-bearer': against('express-jwt'),
  };
}

/** The medians of each server's rounds. */
function detailsOf(loads: Loads): Record<string, Json> {
  const summarise = (found: readonly Load[]): Json => ({
    requestsPerS: Math.round(median(found.map(speed))),
    p50Ms: median(found.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(found.map(tail)),
  });
  return Object.fromEntries(Object.entries(loads).map(([name, found]) => [name, summarise(found)]));
}

const speed = ({ requestsPerS }: Load): number => requestsPerS;
const tail = ({ p99Ms }: Load): number => p99Ms;
