/** A page without its blocks of code, which hold no links. */
function prose(page: string): string {
  return page.replace(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, '');
}

/** Where the links and pictures of a page lead, as they stand in it. */
export function linksOf(page: string): readonly string[] {
  const text = prose(page).replace(/`[^`\n]*`/g, '');
  const inline = text.matchAll(/\]\(([^()\s]+)(?:\s+"[^"]*")?\)/g);
  const definitions = text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm);
  const html = text.matchAll(/\s(?:href|src)="([^"]*)"/g);
  return [...inline, ...definitions, ...html].map(([, target = '']) => target);
}

/** The names that are used as `[text][name]` and defined nowhere. */
export function missingDefinitions(page: string): readonly string[] {
  const text = prose(page).replace(/`[^`\n]*`/g, '');
  const defined = new Set([...text.matchAll(/^\[([^\]]+)\]:/gm)].map(([, name]) => name));
  const used = [...text.matchAll(/\][[]([^\][]+)\]/g)].map(([, name = '']) => name);
  return used.filter((name) => !defined.has(name));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(page).matchAll(/^#{1,6} +(.+?) *#* *$/gm)) {
    const anchor = heading
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Mark}\p{Number}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let unused = anchor;
    for (let count = 1; anchors.has(unused); count++) unused = `${anchor}-${count}`;
    anchors.add(unused);
  }
  return anchors;
}

/** What stands in a page as code, in blocks and within lines. */
export function codeOf(page: string): string {
  const blocks = page.match(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2 *$/gm) ?? [];
  return [...blocks, ...(prose(page).match(/`[^`\n]+`/g) ?? [])].join('\n');
}
