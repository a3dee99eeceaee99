import { type Deployment, simulate } from '../quota/simulation.ts';
import { type QuotaDetails, type QuotaRow, quotaRow, quotaTable } from '../quota/table.ts';
import { type TrafficModel, tokensPerHour } from '../quota/traffic.ts';
import type { Suite } from '../suite.ts';

const MINUTE_MS = 60_000;

/** How long lookups are counted: the traffic is the same all the time. */
const COUNTED_MS = 5 * MINUTE_MS;

/** google-bearer's defaults. */
const DEFAULTS: Deployment = { instances: 1, sharedCache: false, maxEntries: 100_000, maxAgeMs: 5 * MINUTE_MS };

/** What is varied. */
const DEPLOYMENTS: readonly Deployment[] = [
  DEFAULTS,
  { ...DEFAULTS, maxAgeMs: MINUTE_MS },
  { ...DEFAULTS, maxAgeMs: 15 * MINUTE_MS },
  { ...DEFAULTS, maxEntries: 1_000_000 },
  { ...DEFAULTS, maxEntries: 1_000_000, maxAgeMs: MINUTE_MS },
  { ...DEFAULTS, maxEntries: 1_000_000, maxAgeMs: 15 * MINUTE_MS },
  { ...DEFAULTS, instances: 4 },
  { ...DEFAULTS, instances: 4, sharedCache: true },
];

/**
 * How unequal users are. For the popularity of web pages exponents of 0.64 to 0.83 were found (Breslau, Cao, Fan, Phillips,
 * Shenker: Web Caching and Zipf-like Distributions, INFOCOM 1999); for the users of an API no figure is claimed here. 1 is the
 * classic, and 0.8 is looked at besides: the more equal they are, the harder it is for a cache.
 */
const EXPONENT = 1;
const MORE_EQUAL = 0.8;

/** How many lookups Google has to answer. */
export const suite: Suite = {
  title: 'Lookups at Google, simulated',
  async run(size, say) {
    const scale = size === 'quick' ? 0.01 : 1;
    const model: TrafficModel = { users: 1e6 * scale, requestsPerHour: 1e7 * scale, exponent: EXPONENT };
    const rows: QuotaRow[] = [];
    const add = async (deployment: Deployment, exponent: number) => {
      say(`${rows.length + 1} of ${DEPLOYMENTS.length + 1}`);
      const scaled = { ...deployment, maxEntries: deployment.maxEntries * scale };
      rows.push(quotaRow(scaled, exponent, await simulate(scaled, { ...model, exponent }, COUNTED_MS), COUNTED_MS));
    };
    for (const deployment of DEPLOYMENTS) await add(deployment, EXPONENT);
    await add(DEFAULTS, MORE_EQUAL);
    const details: QuotaDetails = { model, countedMs: COUNTED_MS, rows, tokensPerHour: tokensPerHour(model) };
    return { figures: {}, details, blocks: { quota: quotaTable(details) } };
  },
};
