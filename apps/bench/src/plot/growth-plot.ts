import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { CrowdDetails, CrowdPoint } from '../suites/crowd.ts';
import type { InstancesDetails, InstancesPoint } from '../suites/instances.ts';

/** One diagram of a row of three. */
interface Panel {
  readonly title: string;
  readonly subtitle: string;
  /** The names of its two lines: solid with circles, dashed with squares. */
  readonly lines: readonly [string, string];
  readonly points: readonly { readonly x: number; readonly y: number; readonly line: string }[];
  readonly x: Plot.ScaleOptions;
  readonly y: Plot.ScaleOptions;
  /** Text below. */
  readonly notes: readonly string[];
}

/** What is plotted. */
export type GrowthDetails = Pick<CrowdDetails, 'tokens' | 'tokenRevocations' | 'subjectRevocations'> & InstancesDetails;

/** In px. */
const PANEL = { width: 280, top: 62, height: 240 } as const;
const MARGIN = 16;
const WIDTH = 3 * PANEL.width + 4 * MARGIN;
const HEIGHT = PANEL.top + PANEL.height + 2 * MARGIN + 32;

const DECADES = [1_000, 10_000, 100_000, 1_000_000];

/** One set of colours for light pages, one for dark ones, both fit for the colour-blind. */
const STYLE = `
:root { --page: #ffffff; --text: #1f2328; --faint: #59636e; --first: #0969b8; --second: #c05000; color: var(--text) }
@media (prefers-color-scheme: dark) {
:root { --page: #0d1117; --text: #e6edf3; --faint: #9198a1; --first: #58a6ff; --second: #f0883e }
}
text { font-family: system-ui, -apple-system, 'Segoe UI', sans-serif; fill: var(--text) }
.title { font-size: 14px; font-weight: 600 }
.small { font-size: 11px; fill: var(--faint) }
.first { font-size: 12px; fill: var(--first) }
.second { font-size: 12px; fill: var(--second) }`;

/** How the cost of a token grows, as an SVG file for light pages and dark ones. */
export function growthPlot(details: GrowthDetails): string {
  const panels = [tokensPanel(details), revocationsPanel(details), instancesPanel(details.instances)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title description">`,
    '<title id="title">How the cost of a cached token grows</title>',
    `<desc id="description">${description(details)}</desc>`,
    `<style>${STYLE}</style>`,
    // Not the page's: its colour may follow a setting of the site, while the text follows that of the system.
    '<rect width="100%" height="100%" rx="6" style="fill: var(--page)"/>',
    ...panels.map(drawPanel),
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ title, subtitle, lines, points, x, y, notes }: Panel, index: number): string {
  const [first, second] = lines;
  const place = { x: 'x', y: 'y', stroke: 'line', z: 'line' } as const;
  const dashed = points.filter(({ line }) => line === second);
  const solid = points.filter(({ line }) => line === first);
  const { document } = parseHTML('<html></html>');
  const svg = Plot.plot({
    document,
    width: PANEL.width,
    height: PANEL.height,
    marginLeft: 46,
    marginBottom: 40,
    style: { fontSize: '11px' },
    x: { labelAnchor: 'center', labelArrow: 'none', labelOffset: 36, ...x },
    y: { grid: true, label: null, zero: true, ...y },
    color: { domain: lines, range: ['var(--first)', 'var(--second)'] },
    symbol: { domain: lines, range: ['circle', 'square'] },
    marks: [
      Plot.ruleY([0]),
      Plot.line(solid, { ...place, strokeWidth: 2 }),
      Plot.line(dashed, { ...place, strokeWidth: 2, strokeDasharray: '6 4' }),
      Plot.dot(points, { ...place, symbol: 'line', fill: 'var(--page)', strokeWidth: 2, r: 4 }),
    ],
  });
  svg.setAttribute('y', String(PANEL.top));
  const noteY = PANEL.top + PANEL.height + 20;
  return [
    `<g transform="translate(${MARGIN + index * (PANEL.width + MARGIN)} ${MARGIN})">`,
    `<text class="title" y="12">${title}</text>`,
    `<text class="small" y="30">${subtitle}</text>`,
    `<text y="50"><tspan class="first">● ${first}</tspan><tspan class="second" dx="14">■ ${second}</tspan></text>`,
    svg.outerHTML,
    ...notes.map((note, line) => `<text class="small" y="${noteY + 16 * line}">${note}</text>`),
    '</g>',
  ].join('\n');
}

function tokensPanel(details: GrowthDetails): Panel {
  const { tokens } = details;
  return {
    title: 'More tokens',
    subtitle: 'cost of a call ÷ its cost with 5 000 tokens',
    lines: ['peek', 'verify'],
    points: tokens.flatMap(({ count, peek, verify }) => [
      { x: count, y: peek, line: 'peek' },
      { x: count, y: verify, line: 'verify' },
    ]),
    ...costScales(details, 'tokens in memory'),
    notes: tokens
      .slice(-1)
      .map((last) => `${short(last.count)}: peek ${times(last.peek)}, verify ${times(last.verify)}`),
  };
}

function revocationsPanel(details: GrowthDetails): Panel {
  const { tokenRevocations, subjectRevocations } = details;
  const lines = ['of single tokens', 'of users, everywhere'] as const;
  const points = (all: readonly CrowdPoint[], line: string) =>
    all.map(({ count, peek }) => ({ x: count, y: peek, line }));
  const users = subjectRevocations.at(-1)?.peek ?? Number.NaN;
  return {
    title: 'More revocations',
    subtitle: 'cost of peek ÷ its cost with none revoked',
    lines,
    points: [...points(tokenRevocations, lines[0]), ...points(subjectRevocations, lines[1])],
    ...costScales(details, 'revocations in force'),
    notes: tokenRevocations
      .slice(-1)
      .map(({ count, peek }) => `${short(count)}: tokens ${times(peek)}, users ${times(users)}`),
  };
}

/** One scale of costs for both panels, so that they can be compared. */
function costScales(
  { tokens, tokenRevocations, subjectRevocations }: GrowthDetails,
  label: string,
): Pick<Panel, 'x' | 'y'> {
  const most = Math.max(...tokens.map(({ count }) => count));
  const costs = [...tokens, ...tokenRevocations, ...subjectRevocations].map(({ peek }) => peek);
  return {
    x: { type: 'log', label, ticks: DECADES.filter((count) => count <= most), tickFormat: short },
    y: {
      domain: [0, Math.ceil(2 * Math.max(1.5, ...costs, ...tokens.map(({ verify }) => verify))) / 2],
      ticks: 5,
      tickFormat: (value) => `${value} ×`,
    },
  };
}

function instancesPanel(instances: InstancesDetails['instances']): Panel {
  const points = typeof instances === 'string' ? [] : instances;
  const lines = ['with a shared cache', 'without'] as const;
  const most = Math.max(2, points.length);
  const ticks = Array.from({ length: most }, (_, index) => index + 1);
  return {
    title: 'More instances',
    subtitle: 'lookups at Google for a token that all get',
    lines,
    points: points.flatMap(({ instances, lookupsPerToken: { shared, unshared } }) => [
      { x: instances, y: shared, line: lines[0] },
      { x: instances, y: unshared, line: lines[1] },
    ]),
    x: { domain: [1, most], ticks, tickFormat: 'd', label: 'instances on one Redis' },
    y: { domain: [0, most], ticks: [0, ...ticks], tickFormat: 'd' },
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
  const costing = (points: readonly CrowdPoint[], what: string) =>
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

/** A whole number as it is said of a crowd: 10 k, 1 M. */
function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 1e3 ? `${value / 1e3} k` : String(value);
}

function times(relative: number): string {
  return `${relative.toFixed(2)} ×`;
}
