import { test } from 'tap';
import { type GrowthDetails, growthPlot } from '../src/plot/growth-plot.ts';

const DETAILS: GrowthDetails = {
  tokens: [point(1_000, 0.9), point(5_000, 1), point(1_000_000, 2.3)],
  tokenRevocations: [point(1_000, 1.01), point(1_000_000, 1.1)],
  subjectRevocations: [point(1_000, 1.02), point(1_000_000, 1.2)],
  instances: [1, 2].map((instances) => ({
    instances,
    lookupsPerToken: { shared: 1, unshared: instances },
    refusedAfterMs: instances === 1 ? null : { median: -0.2, p99: 1.25, most: 3 },
  })),
};

function point(count: number, cost: number) {
  return { count, peek: cost, verify: cost };
}

test('three panels have two lines each, with a mark for every point', async (t) => {
  const svg = growthPlot(DETAILS);
  t.notMatch(svg, /NaN|Infinity|undefined/);
  t.equal(svg.match(/aria-label="line"/g)?.length, 6);
  const marks = svg.match(/<g[^>]* aria-label="dot">.*?<\/g>/gs)?.map((dots) => dots.match(/<path/g)?.length);
  t.same(marks, [6, 4, 4]);
});

test('the costs of both panels have one scale, up to the greatest of all', async (t) => {
  const svg = growthPlot(DETAILS);
  t.equal(svg.match(/>2\.5 ×</g)?.length, 2);
  t.notMatch(svg, />3 ×</);
});

test('the picture tells its figures to who cannot see it', async (t) => {
  const [, description = ''] = /<desc[^>]*>(.*)<\/desc>/.exec(growthPlot(DETAILS)) ?? [];
  t.match(description, 'With 1 M tokens in memory instead of 5 k peek costs 2.30 × as much.');
  t.match(
    description,
    'With 2 instances Google is asked 1.0 times about a token with a shared cache and 2.0 times without.',
  );
});

test('what was not measured is said in its place', async (t) => {
  const svg = growthPlot({ ...DETAILS, instances: 'left out: needs redis-server' });
  t.match(svg, />left out: needs redis-server<\/text>/);
  t.notMatch(svg, /NaN|Infinity|undefined/);
});
