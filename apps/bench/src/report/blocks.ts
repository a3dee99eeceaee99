/**
 * Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench -->` in a page: what is measured is written by what
 * measures it, and by nobody else.
 *
 * @throws {RangeError} when the page has no such block
 */
export function replaceBlock(page: string, name: string, content: string): string {
  const begin = `<!-- bench:${name} -->`;
  const end = '<!-- /bench -->';
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from === -1 || to === -1) throw new RangeError(`the page has no block ${name}`);
  return `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`;
}
