/** A column of a table: its name, and whether its cells are numbers, which stand on the right. */
export interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
}

/** A Markdown table whose columns are as wide as their widest cell: it reads well in a terminal, and formatters leave it alone. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ name }, at) => Math.max(3, name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${columns.map(({ isNumber }, at) => pad(cells[at] ?? '', widths[at] ?? 0, isNumber)).join(' | ')} |`;
  const rule = columns.map(({ isNumber }, at) =>
    isNumber ? `${'-'.repeat((widths[at] ?? 0) - 1)}:` : '-'.repeat(widths[at] ?? 0),
  );
  return [line(columns.map(({ name }) => name)), line(rule), ...rows.map(line)].join('\n');
}

function pad(cell: string, width: number, toTheLeft = false): string {
  return toTheLeft ? cell.padStart(width) : cell.padEnd(width);
}
