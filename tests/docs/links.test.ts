import { posix } from 'node:path';
import { test } from 'tap';
import { anchorsOf, codeOf, linksOf, missingDefinitions } from './support/markdown.ts';
import { readRepositoryFile, repositoryFiles } from './support/repository.ts';

const files = new Set(repositoryFiles());
const folders = new Set<string>(['.']);
for (const file of files) {
  for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder)) folders.add(folder);
}
const pages = new Map(
  [...files].filter((file) => file.endsWith('.md')).map((file) => [file, readRepositoryFile(file)]),
);

/** What is wrong with a link in a page, or undefined. */
function problemOf(page: string, link: string): string | undefined {
  if (/^(https?|mailto):/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : posix.join(posix.dirname(page), decodeURIComponent(path)).replace(/\/$/, '');
  if (!files.has(target) && !folders.has(target)) return `${link}: there is no ${target}`;
  if (anchor === undefined || (anchor === 'readme' && folders.has(target))) return undefined;
  // GitHub shows the README of a folder below its list of files.
  const shown = files.has(target) ? target : posix.join(target, 'README.md');
  const text = pages.get(shown);
  if (text === undefined) return `${link}: ${shown} is no page with headings`;
  return anchorsOf(text).has(anchor) ? undefined : `${link}: ${shown} has no such heading`;
}

test('the checker sees what is broken', (t) => {
  const page = [
    '# One `two` three: four?',
    '## A_b [c](https://example.com)',
    '## A_b c',
    '[good](README.md) ![bad](none.png) [a][b] `[code](x)`',
    '```md\n[block](y)\n```',
    '[d]: other.md "title"',
  ].join('\n\n');
  t.same([...anchorsOf(page)], ['one-two-three-four', 'a_b-c', 'a_b-c-1']);
  t.same(linksOf(page), ['https://example.com', 'README.md', 'none.png', 'other.md']);
  t.same(missingDefinitions(page), ['b']);
  t.match(problemOf('README.md', 'none.md'), /there is no none\.md/);
  t.match(problemOf('docs/README.md', '../README.md#none'), /no such heading/);
  t.equal(problemOf('docs/README.md', '../LICENSE'), undefined);
  t.end();
});

test('every relative link and anchor in a Markdown page leads somewhere', (t) => {
  t.ok(pages.size >= 15, `${pages.size} pages`);
  for (const [page, text] of pages) {
    const problems = linksOf(text).map((link) => problemOf(page, link));
    t.same(
      problems.filter((problem) => problem !== undefined),
      [],
      page,
    );
    t.same(missingDefinitions(text), [], `${page}: links by name`);
  }
  t.end();
});

test('every test file that a page names exists', (t) => {
  const tests = [...files].filter((file) => file.endsWith('.test.ts'));
  for (const [page, text] of pages) {
    // A file that a block of code names in its first line is the reader's.
    const named = codeOf(text).match(/(?<!\/\/ |\w)[\w/-]+(?:\.\w+)*\.test\.ts/g) ?? [];
    const missing = named.filter((name) => !tests.some((file) => `/${file}`.endsWith(`/${name}`)));
    t.same(missing, [], page);
  }
  t.end();
});
