import { test } from 'tap';
import type { CostPoint } from '../src/growth/cost.ts';
import type { GrowthDetails } from '../src/growth/details.ts';
import { growthPlot } from '../src/plot/growth-plot.ts';
import { evenScale, logScale } from '../src/plot/scale.ts';

const DETAILS: GrowthDetails = {
  tokens: [point(1_000, 0.9), point(5_000, 1), point(1_000_000, 2.3)],
  tokenRevocations: [point(0, 1), point(1_000, 1.01), point(1_000_000, 1.1)],
  subjectRevocations: [point(0, 1), point(1_000, 1.02), point(1_000_000, 1.2)],
  instances: [1, 2].map((instances) => ({
    instances,
    lookupsPerToken: { shared: 1, unshared: instances },
    refusedAfterMs: instances === 1 ? null : { median: -0.2, p99: 1.25, most: 3 },
    cpuNs: 1_000,
  })),
};

function point(count: number, relative: number): CostPoint {
  const cost = { ns: 1_000 * relative, relative, middle: [relative, relative] } as const;
  return { count, peek: cost, verify: cost };
}

test('a logarithmic scale has a tick at each power of ten, evenly apart', async (t) => {
  const scale = logScale(1_000, 1_000_000);
  t.same(scale.ticks, [1_000, 10_000, 100_000, 1_000_000]);
  t.same([1_000, 1_000_000].map(scale.place), [0, 1]);
  t.ok(Math.abs(scale.place(10_000) - 1 / 3) < 1e-9);
});

test('an even scale ends at the first tick that is not below the most', async (t) => {
  const scale = evenScale(0, 2.3, 0.5);
  t.same(scale.ticks, [0, 0.5, 1, 1.5, 2, 2.5]);
  t.same([0, 1.25, 2.5].map(scale.place), [0, 0.5, 1]);
});

test('everything that is drawn lies within the picture', async (t) => {
  const svg = growthPlot(DETAILS);
  t.notMatch(svg, /NaN|Infinity|undefined/);
  const places = [...svg.matchAll(/ (?:cy|y)="([-\d.]+)"/g)].map(([, y]) => Number(y));
  t.ok(Math.min(...places) >= 0 && Math.max(...places) <= 400);
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
