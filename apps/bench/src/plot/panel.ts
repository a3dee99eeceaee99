import type { Scale } from './scale.ts';

/** A line through points. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** One diagram of a few. */
export interface Panel {
  readonly title: string;
  /** What the lines are. */
  readonly subtitle: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly xLabel: string;
  readonly yUnit: string;
  /** At most two: solid with circles, dashed with squares. */
  readonly series: readonly Series[];
  /** A horizontal line that the others should stay below. */
  readonly goal?: { readonly y: number; readonly label: string };
  /** Lines of text below. */
  readonly notes?: readonly string[];
}

/** Of the area between the axes, in px. */
const WIDTH = 222;
const HEIGHT = 180;

/** Where it begins: above it are the title and the legend. */
const LEFT = 34;
const TOP = 94;

/** How much room a panel needs, in px. */
export const PANEL: { readonly width: number; readonly height: number } = {
  width: LEFT + WIDTH + 14,
  height: TOP + HEIGHT + 80,
};

/** The look of what {@link drawPanel} draws. One set of colours for light pages, one for dark ones, both fit for the colour-blind. */
export const PANEL_STYLE: string = `
text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: var(--text) }
.title { font-weight: 600; font-size: 14px }
.small { font-size: 11px; fill: var(--faint) }
.grid { stroke: var(--grid) }
.axis { stroke: var(--faint) }
.goal { stroke: var(--goal); stroke-dasharray: 2 3; stroke-width: 1.5 }
.goal-label { font-size: 11px; fill: var(--goal) }
.line { fill: none; stroke-width: 2; stroke-linejoin: round }
.first { stroke: var(--first) } .second { stroke: var(--second) }
.second.line { stroke-dasharray: 6 4 }
.mark { fill: var(--page); stroke-width: 2 }
:root { --page: #ffffff; --text: #1f2328; --faint: #59636e; --grid: #e4e8ec; --first: #0969b8; --second: #c05000; --goal: #1a7f37 }
@media (prefers-color-scheme: dark) {
:root { --page: #0d1117; --text: #e6edf3; --faint: #9198a1; --grid: #262c34; --first: #58a6ff; --second: #f0883e; --goal: #56d364 }
}`;

/** Draws a panel with its upper left corner there. */
export function drawPanel(panel: Panel, left: number, top: number): string {
  const { title, subtitle, x, y, xLabel, yUnit, series, goal, notes = [] } = panel;
  const atX = (value: number) => round(LEFT + x.place(value) * WIDTH);
  const atY = (value: number) => round(TOP + (1 - y.place(value)) * HEIGHT);
  const bottom = TOP + HEIGHT;
  const right = LEFT + WIDTH;
  return [
    `<g transform="translate(${left} ${top})">`,
    text(0, 14, title, 'class="title"'),
    text(0, 32, subtitle, 'class="small"'),
    ...series.map(({ name }, index) => legend(index, name)),
    ...y.ticks.flatMap((tick) => [
      `<path class="grid" d="M${LEFT} ${atY(tick)}H${right}"/>`,
      text(LEFT - 6, atY(tick) + 4, `${tick}${yUnit}`, 'class="small" text-anchor="end"'),
    ]),
    ...x.ticks.flatMap((tick) => [
      `<path class="axis" d="M${atX(tick)} ${bottom}v4"/>`,
      text(atX(tick), bottom + 18, short(tick), 'class="small" text-anchor="middle"'),
    ]),
    `<path class="axis" d="M${LEFT} ${bottom}H${right}"/>`,
    text(LEFT + WIDTH / 2, bottom + 37, xLabel, 'text-anchor="middle"'),
    ...notes.map((note, index) => text(0, bottom + 62 + index * 16, note, 'class="small"')),
    ...(goal === undefined
      ? []
      : [
          `<path class="goal" d="M${LEFT} ${atY(goal.y)}H${right}"/>`,
          text(LEFT + 4, atY(goal.y) - 5, goal.label, 'class="goal-label"'),
        ]),
    ...series.flatMap(({ points }, index) => [
      `<path class="line ${look(index)}" d="M${points.map(([px, py]) => `${atX(px)} ${atY(py)}`).join('L')}"/>`,
      ...points.map(([px, py]) => mark(index, atX(px), atY(py))),
    ]),
    '</g>',
  ].join('\n');
}

/** A whole number as it is said of a crowd: 10 k, 1 M. */
export function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 1e3 ? `${value / 1e3} k` : String(value);
}

function legend(index: number, name: string): string {
  const y = 52 + index * 17;
  return `<path class="line ${look(index)}" d="M0 ${y}h26"/>${mark(index, 13, y)}${text(34, y + 4, name)}`;
}

function mark(index: number, x: number, y: number): string {
  if (index === 0) return `<circle class="mark first" cx="${x}" cy="${y}" r="3.5"/>`;
  return `<rect class="mark second" x="${x - 3}" y="${y - 3}" width="6" height="6"/>`;
}

function look(index: number): string {
  return index === 0 ? 'first' : 'second';
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}
