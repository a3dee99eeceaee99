import { markdownTable } from '../report/markdown-table.ts';
import type { Part } from './parts.ts';

/** Less than this share of both columns is not worth a line of its own. */
const WORTH_A_LINE = 0.005;

/** What the suite `profile` finds out. */
export type ProfileDetails = {
  readonly tokens: number;
  readonly peek: readonly Part[];
  readonly verify: readonly Part[];
};

/** What `peek` and `verify` spend their time on, as a Markdown table; each column adds up to 100 %. */
export function profileTable({ peek, verify }: ProfileDetails): string {
  const shares = (what: string) => [peek, verify].map((parts) => parts.find((part) => part.what === what)?.share ?? 0);
  const all = [...new Set([...verify, ...peek].map(({ what }) => what))];
  const small = all.filter((what) => shares(what).every((share) => share < WORTH_A_LINE));
  const rows = all.filter((what) => !small.includes(what)).map((what) => cellsOf(what, shares(what)));
  if (small.length > 0) {
    const sums = [0, 1].map((column) => small.reduce((sum, what) => sum + (shares(what)[column] ?? 0), 0));
    rows.push(cellsOf(`less than ${percent(WORTH_A_LINE)} each: ${small.join(', ')}`, sums));
  }
  const columns = [{ name: '' }, { name: '`peek`', isNumber: true }, { name: '`verify`', isNumber: true }];
  return markdownTable(columns, rows);
}

function cellsOf(what: string, shares: readonly number[]): string[] {
  return [what, ...shares.map(percent)];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
