import { type CostPoint, costs, type Filled } from '../growth/cost.ts';
import type { GrowthDetails } from '../growth/details.ts';
import { KNOWN_TOKENS, subjectEntry, tokenEntry, withRevocations, withTokens } from '../growth/filled.ts';
import { measureInstances } from '../growth/instances.ts';
import { hasRedis } from '../growth/redis-server.ts';
import { growthPlot } from '../plot/growth-plot.ts';
import type { Suite } from '../suite.ts';

const NO_REDIS = 'left out: needs redis-server (apt-get install redis-server)';

const SIZES = {
  full: { counts: [1_000, 10_000, 100_000, 1_000_000], rounds: 60 },
  quick: { counts: [1_000, 10_000], rounds: 4 },
} as const;

/** How the cost of a token grows with what there is: tokens, revocations, instances. */
export const suite: Suite = {
  title: 'Growth: tokens, revocations, instances',
  async run(size, say) {
    const { counts, rounds } = SIZES[size];
    const grow = async (
      what: string,
      least: number,
      fill: (count: number) => Promise<Filled>,
    ): Promise<CostPoint[]> => {
      // Into the gaps that earlier verifiers leave, those to come would be scattered, and be slower for it.
      globalThis.gc?.();
      const reference = await fill(least);
      const others: Filled[] = [];
      for (const count of counts) {
        say(`${what}: ${count}`);
        others.push(await fill(count));
      }
      const points = await costs(reference, others, rounds);
      await Promise.all([reference, ...others].map(({ verifier }) => verifier.close()));
      return points;
    };
    const details: GrowthDetails = {
      tokens: await grow('tokens', KNOWN_TOKENS, withTokens),
      tokenRevocations: await grow('revoked tokens', 0, (count) => withRevocations(count, tokenEntry)),
      subjectRevocations: await grow('signed-out users', 0, (count) => withRevocations(count, subjectEntry)),
      instances: hasRedis() ? await measureInstances(size, say) : NO_REDIS,
    };
    if (typeof details.instances === 'string') say(`instances: ${details.instances}`);
    return { figures: {}, details, files: { 'growth.svg': growthPlot(details) } };
  },
};
