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

/** What a reader of the README wants to know first. */
const HEADLINES: readonly GoalId[] = [
  'verify/floor',
  'fast-jwt/verify',
  'jose/verify',
  'route/unprotected',
  'route/unprotected, SQLite',
  'route/@fastify/jwt',
  'miss/google-auth-library',
  'memory/token',
];

/** The few figures that the README quotes, as a Markdown table. */
export function headlinesTable(figures: Figures): string {
  const rows = HEADLINES.flatMap((id) => {
    const figure = figures[id];
    const goal = goals[id];
    if (figure === undefined) return [];
    return [[goal.what, goal.against, boundOf(goal), amount(figure.value, goal.unit), mark(goal, figure.value)]];
  });
  return markdownTable(
    ['what', 'against', 'goal', 'measured', ''].map((name) => ({ name })),
    rows,
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
