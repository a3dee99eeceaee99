import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'tap';
import { pages, ROOT } from './support/pages.ts';

/** What a page says, without its code. */
function prose(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
}

/** Where a page's links lead that stay in this repository: `[text](target)` and `[name]: target`. */
function links(path: string): string[] {
  const text = prose(path).replaceAll(/`[^`\n]*`/g, '');
  const found = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
  return found.map(([, target = '']) => target).filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(path: string): string[] {
  return [...prose(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What is wrong with a link; undefined: nothing. */
function fault(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(target)) return 'there is no such file';
  if (anchor === undefined) return undefined;
  const text = statSync(target).isDirectory() ? join(target, 'README.md') : target;
  return anchors(text).includes(anchor) ? undefined : 'there is no such heading';
}

test('links between README and docs lead somewhere', (t) => {
  let count = 0;
  for (const page of pages()) {
    for (const link of links(join(ROOT, page))) {
      count++;
      t.equal(fault(join(ROOT, page), link), undefined, `${page}: ${link}`);
    }
  }
  t.ok(count > 40, `${count} links`);
  t.equal(fault(join(ROOT, 'README.md'), 'docs/nowhere.md'), 'there is no such file');
  t.equal(fault(join(ROOT, 'README.md'), 'packages/google-bearer#nowhere'), 'there is no such heading');
  t.end();
});
