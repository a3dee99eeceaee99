import type { Cost, CostPoint } from '../growth/cost.ts';
import type { GrowthDetails } from '../growth/details.ts';
import type { InstancesPoint } from '../growth/instances.ts';
import { drawPanel, PANEL, PANEL_STYLE, type Panel, short } from './panel.ts';
import { evenScale, logScale } from './scale.ts';

const MARGIN = 18;
const GAP = 22;

/** What a crowd may cost, of what few cost: the goals `crowd/peek` and `crowd/verify`. */
const GOAL = { y: 1.6, label: 'goal: below 1.6 ×' };

/** What the suite `growth` found out, as an SVG file: 900 px wide, for light pages and dark ones. */
export function growthPlot(details: GrowthDetails): string {
  const panels = [tokensPanel(details), revocationsPanel(details), instancesPanel(details.instances)];
  const width = 2 * MARGIN + 3 * PANEL.width + 2 * GAP;
  const height = 2 * MARGIN + PANEL.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    '<title id="title">How the cost of a cached token grows</title>',
    `<desc id="description">${description(details)}</desc>`,
    `<style>${PANEL_STYLE}</style>`,
    // Not the page's: its colour may follow a setting of the site, while the text follows that of the system.
    '<rect width="100%" height="100%" rx="6" style="fill: var(--page)"/>',
    ...panels.map((panel, index) => drawPanel(panel, MARGIN + index * (PANEL.width + GAP), MARGIN)),
    '</svg>\n',
  ].join('\n');
}

function tokensPanel(details: GrowthDetails): Panel {
  const { tokens } = details;
  return {
    title: 'More tokens',
    subtitle: 'cost of a call ÷ its cost with 5 000 tokens',
    ...costScales(details, tokens),
    xLabel: 'tokens in memory',
    series: [
      { name: 'peek', points: tokens.map(({ count, peek }) => [count, peek.relative]) },
      { name: 'verify', points: tokens.map(({ count, verify }) => [count, verify.relative]) },
    ],
    notes: tokens
      .slice(-1)
      .map(({ count, peek, verify }) => `${short(count)}: peek ${times(peek)}, verify ${times(verify)}`),
  };
}

function revocationsPanel(details: GrowthDetails): Panel {
  const { tokenRevocations, subjectRevocations } = details;
  const points = (measured: readonly CostPoint[]) =>
    measured.filter(({ count }) => count > 0).map(({ count, peek }) => [count, peek.relative] as const);
  return {
    title: 'More revocations',
    subtitle: 'cost of peek ÷ its cost with none revoked',
    ...costScales(details, tokenRevocations),
    xLabel: 'revocations in force',
    series: [
      { name: 'of single tokens', points: points(tokenRevocations) },
      { name: 'of users, everywhere', points: points(subjectRevocations) },
    ],
    notes: tokenRevocations.slice(-1).map(({ count, peek }) => {
      const users = subjectRevocations.at(-1)?.peek;
      return `${short(count)}: tokens ${times(peek)}, users ${users ? times(users) : ''}`;
    }),
  };
}

/** One scale of costs for both panels, so that they can be compared. */
function costScales(
  { tokens, tokenRevocations, subjectRevocations }: GrowthDetails,
  along: readonly CostPoint[],
): Pick<Panel, 'x' | 'y' | 'yUnit' | 'goal'> {
  const costs = [...tokens, ...tokenRevocations, ...subjectRevocations].flatMap(({ peek, verify }) => [peek, verify]);
  const counts = along.map(({ count }) => count).filter((count) => count > 0);
  return {
    x: logScale(Math.min(...counts), Math.max(...counts)),
    y: evenScale(0, Math.max(2, ...costs.map(({ relative }) => relative)), 0.5),
    yUnit: ' ×',
    goal: GOAL,
  };
}

function instancesPanel(instances: GrowthDetails['instances']): Panel {
  const points = typeof instances === 'string' ? [] : instances;
  const most = Math.max(2, points.length);
  return {
    title: 'More instances',
    subtitle: 'lookups at Google for a token that all get',
    x: evenScale(1, most, 1),
    y: evenScale(0, most, 1),
    yUnit: '',
    xLabel: 'instances on one Redis',
    series: [
      { name: 'with a shared cache', points: points.map((point) => [point.instances, point.lookupsPerToken.shared]) },
      { name: 'without', points: points.map((point) => [point.instances, point.lookupsPerToken.unshared]) },
    ],
    notes: typeof instances === 'string' ? [instances] : refusalNotes(points.at(-1)),
  };
}

function refusalNotes(last: InstancesPoint | undefined): string[] {
  if (!last?.refusedAfterMs) return [];
  // Below zero they refused before the acknowledgement had arrived.
  const within = Math.max(0, last.refusedAfterMs.p99).toFixed(1);
  return [
    `99 % of the revocations are in force at all ${last.instances}`,
    `within ${within} ms of the acknowledgement`,
  ];
}

function description({ tokens, tokenRevocations, subjectRevocations, instances }: GrowthDetails): string {
  const costing = (points: readonly CostPoint[], what: string) =>
    points.slice(-1).map(({ count, peek }) => `With ${short(count)} ${what} peek costs ${times(peek)} as much.`);
  const last = typeof instances === 'string' ? undefined : instances.at(-1);
  return [
    ...costing(tokens, 'tokens in memory instead of 5 k'),
    ...costing(tokenRevocations, 'tokens revoked instead of none'),
    ...costing(subjectRevocations, 'users signed out instead of none'),
    last
      ? `With ${last.instances} instances Google is asked ${last.lookupsPerToken.shared.toFixed(1)} times about a token with ` +
        `a shared cache and ${last.lookupsPerToken.unshared.toFixed(1)} times without.`
      : 'Several instances were not measured.',
    ...refusalNotes(last),
  ].join(' ');
}

function times({ relative }: Cost): string {
  return `${relative.toFixed(2)} ×`;
}
