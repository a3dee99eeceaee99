import { markdownTable } from '../report/markdown-table.ts';
import { whole } from '../report/whole.ts';
import { BENCHMARK, type Part } from './parts.ts';

/** Less than this in all columns is not worth a line of its own. */
const WORTH_A_LINE = 0.005;

/** What a call was found to spend its time on. */
export type Profiled = {
  readonly call: 'peek' | 'verify';
  /** Whether many tokens were in use, or many users were signed out; undefined: neither. */
  readonly among?: 'tokens' | 'users';
  /** What it took, the benchmark's part included, divided by that of the same call among neither; the median of the rounds. */
  readonly cost: number;
  readonly parts: readonly Part[];
};

/** What the suite `profile` finds out. */
export type ProfileDetails = {
  /** How many tokens are in use, where it is few. */
  readonly few: number;
  /** How many are in use, or how many users are signed out, where it is many. */
  readonly many: number;
  readonly columns: readonly Profiled[];
};

/** What calls spend their time on, as a Markdown table, and under it what the columns are; each adds up to its last line. */
export function profileTable({ few, many, columns }: ProfileDetails): string {
  // Of the whole call among neither, without what the benchmark took.
  const wholes = columns.map(({ call }) => {
    const reference = columns.find((column) => column.call === call && column.among === undefined);
    return 1 - shareOf(reference, BENCHMARK);
  });
  const costs = (what: string) =>
    columns.map((column, index) => (column.cost * shareOf(column, what)) / (wholes[index] ?? 1));
  const all = [...new Set(columns.flatMap(({ parts }) => parts.map(({ what }) => what)))].filter(
    (what) => what !== BENCHMARK,
  );
  const largest = (what: string) => Math.max(...costs(what));
  const large = all.filter((what) => largest(what) >= WORTH_A_LINE).sort((a, b) => largest(b) - largest(a));
  const small = all.filter((what) => !large.includes(what));
  const sums = columns.map((_, column) => small.reduce((sum, what) => sum + (costs(what)[column] ?? 0), 0));
  const rows = large.map((what) => cellsOf(what, costs(what)));
  if (small.length > 0) rows.push(cellsOf(`less than ${percent(WORTH_A_LINE)} each: ${small.join(', ')}`, sums));
  const total = columns.map((column, index) => (column.cost * (1 - shareOf(column, BENCHMARK))) / (wholes[index] ?? 1));
  const heads = columns.map(({ call, among }) => (among ? `\`${call}\`, ${among}` : `\`${call}\``));
  return [
    markdownTable(
      [{ name: '' }, ...heads.map((name) => ({ name, isNumber: true }))],
      [...rows, cellsOf('in all', total)],
    ),
    '',
    `In per cent of what the call costs with ${whole(few)} tokens, all in use, without what the benchmark itself takes. ` +
      `“Tokens”: ${whole(many)}, all in use. “Users”: ${whole(few)} tokens, and ${whole(many)} users signed out.`,
  ].join('\n');
}

function shareOf(column: Profiled | undefined, what: string): number {
  return column?.parts.find((part) => part.what === what)?.share ?? 0;
}

function cellsOf(what: string, costs: readonly number[]): string[] {
  return [what, ...costs.map(percent)];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
