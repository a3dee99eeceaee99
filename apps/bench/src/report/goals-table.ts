import { type Goal, type GoalId, goals, isMet, type Unit } from '../goals.ts';
import type { Figure } from '../suite.ts';
import { markdownTable } from './markdown-table.ts';

/** The figures of all suites that ran. */
export type Figures = Readonly<Partial<Record<GoalId, Figure>>>;

/**
 * A Markdown table of what was measured, in the order of the goals; figures that nobody measured are left out.
 *
 * @param judge whether it says which goals are met; not worth saying of a quick run
 */
export function goalsTable(figures: Figures, judge = true): string {
  const rows = measured(figures).map(([goal, { value, middle }]) => [
    goal.what,
    goal.against,
    boundOf(goal),
    amount(value, goal.unit),
    middle ? `${plain(middle[0])} – ${plain(middle[1])}` : '',
    judge ? mark(goal, value) : '',
  ]);
  return markdownTable(
    ['what', 'against', 'goal', 'measured', 'middle half', ''].map((name) => ({ name })),
    rows,
  );
}

/** The one sentence that the README says about speed, with a link to where the misses are told too. */
export function headline(figures: Figures): string {
  const times = (id: GoalId): string => amount(figures[id]?.value ?? Number.NaN, '×');
  return (
    `Verifying a cached token takes ${times('verify/floor')} the time of one SHA-256 and one Map look-up. A protected Fastify route ` +
    `answers ${times('route/unprotected')} as many requests as the same route unprotected: ${verdict(figures)}. ` +
    '[All figures, the missed goals too](docs/speed.md).'
  );
}

/** Says how many of the goals that were measured are met. */
export function verdict(figures: Figures): string {
  const all = measured(figures).map(([goal, { value }]) => isMet(goal, value));
  return `${all.filter((met) => met === true).length} of ${all.filter((met) => met !== undefined).length} goals met`;
}

function measured(figures: Figures): [Goal, Figure][] {
  const all: [Goal, Figure][] = [];
  for (const [id, goal] of Object.entries(goals)) {
    const figure = Object.entries(figures).find(([name]) => name === id)?.[1];
    if (figure !== undefined) all.push([goal, figure]);
  }
  return all;
}

function mark(goal: Goal, value: number): string {
  const met = isMet(goal, value);
  return met === undefined ? '' : met ? '✔' : '✘';
}

function boundOf({ bound, unit }: Goal): string {
  if (bound === undefined) return 'none';
  if ('atMost' in bound) return `≤ ${withUnit(bound.atMost, unit)}`;
  return 'atLeast' in bound ? `≥ ${withUnit(bound.atLeast, unit)}` : withUnit(bound.exactly, unit);
}

function amount(value: number, unit: Unit): string {
  return withUnit(plain(value), unit);
}

function withUnit(value: number | string, unit: Unit): string {
  return unit === '' ? String(value) : `${value} ${unit}`;
}

/** As many digits as mean something. */
function plain(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) < 10 ? value.toFixed(2) : String(Math.round(value));
}
