import { readFileSync } from 'node:fs';
import { test } from 'tap';
import { goals, isMet } from '../src/goals.ts';
import { replaceBlock } from '../src/report/blocks.ts';
import { type Figures, goalsTable, headlinesTable, verdict } from '../src/report/goals-table.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('a goal is met at its bound, and not beyond', (t) => {
  t.equal(isMet(goals['peek/floor'], 1.5), true);
  t.equal(isMet(goals['peek/floor'], 1.51), false);
  t.equal(isMet(goals['jose/verify'], 100), true);
  t.equal(isMet(goals['jose/verify'], 99.9), false);
  t.equal(isMet(goals['stampede/lookups'], 1), true);
  t.equal(isMet(goals['stampede/lookups'], 0), false);
  t.equal(isMet(goals['peek/floor'], Number.NaN), false);
  t.end();
});

test('the table shows what was measured, and whether it is enough', (t) => {
  const figures = {
    'peek/floor': { value: 1.204, middle: [1.1, 1.31] },
    'jose/verify': { value: 99.4 },
    'stampede/lookups': { value: 1 },
  } as const;
  const [head, rule, peek, jose, stampede, ...more] = goalsTable(figures).split('\n');
  t.match(head, /^\| what .* \| against .* \| goal .* \| measured .* \|$/);
  t.match(rule, /^[| -]+$/);
  t.match(peek, /≤ 1\.5 × .*1\.20 × .*1\.10 – 1\.31 .*✔/);
  t.match(jose, /≥ 100 × .*99 × .*✘/);
  t.match(stampede, /\| 1 +\| 1 +\| +\| ✔/);
  t.same(more, []);
  t.equal(new Set([head, rule, peek, jose, stampede].map((line) => line?.length)).size, 1);
  t.equal(verdict(figures), '2 of 3 goals met');
  t.end();
});

test('a block of a page is replaced, and nothing else', (t) => {
  const page = 'before\n<!-- bench:a -->\nold\n<!-- /bench -->\nbetween\n<!-- bench:b --><!-- /bench -->\n';
  const once = replaceBlock(page, 'a', 'new');
  t.equal(once, 'before\n<!-- bench:a -->\n\nnew\n\n<!-- /bench -->\nbetween\n<!-- bench:b --><!-- /bench -->\n');
  t.equal(replaceBlock(once, 'a', 'new'), once);
  t.throws(() => replaceBlock(page, 'c', 'new'), RangeError);
  t.end();
});

test('the README and the page about speed quote the figures of the last full run', (t) => {
  const { figures } = JSON.parse(read('docs/speed/results.json')) as { readonly figures: Figures };
  const words = (text: string): string => text.replace(/-+/g, '-').replace(/\s+/g, ' ');
  t.match(words(read('README.md')), words(headlinesTable(figures)));
  t.match(words(read('docs/speed.md')), words(goalsTable(figures)));
  t.equal(headlinesTable(figures).split('\n').length, 9);
  t.end();
});
