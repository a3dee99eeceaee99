import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Test, test } from 'tap';
import { goals, isMet } from '../src/goals.ts';
import { replaceBlock } from '../src/report/blocks.ts';
import { type Figures, goalsTable, headline, verdict } from '../src/report/goals-table.ts';
import { goalsBlock, type Machine, plotOf } from '../src/report/results.ts';

const RESULTS = 'docs/speed/results.json';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

test('a goal is met at its bound, and not beyond', (t) => {
  t.equal(isMet(goals['peek/floor'], 1.5), true);
  t.equal(isMet(goals['peek/floor'], 1.51), false);
  t.equal(isMet(goals['jose/verify'], 100), true);
  t.equal(isMet(goals['jose/verify'], 99.9), false);
  t.equal(isMet(goals['stampede/lookups'], 1), true);
  t.equal(isMet(goals['stampede/lookups'], 0), false);
  t.equal(isMet(goals['peek/floor'], Number.NaN), false);
  t.equal(isMet(goals['fast-jwt, raw keys/peek'], 1), undefined);
  t.end();
});

test('the table shows what was measured, and whether it is enough', (t) => {
  const figures = {
    'peek/floor': { value: 1.204, middle: [1.1, 1.31] },
    'fast-jwt, raw keys/peek': { value: 0.904 },
    'jose/verify': { value: 99.4 },
    'stampede/lookups': { value: 1 },
  } as const;
  const [head, rule, peek, rawKeys, jose, stampede, ...more] = goalsTable(figures).split('\n');
  t.match(head, /^\| what .* \| against .* \| goal .* \| measured .* \|$/);
  t.match(rule, /^[| -]+$/);
  t.match(peek, /≤ 1\.5 × .*1\.20 × .*1\.10 – 1\.31 .*✔/);
  t.match(rawKeys, /\| none +\| 0\.90 × +\| +\| +\|$/);
  t.match(jose, /≥ 100 × .*99 × .*✘/);
  t.match(stampede, /\| 1 +\| 1 +\| +\| ✔/);
  t.same(more, []);
  t.equal(new Set([head, rule, peek, rawKeys, jose, stampede].map((line) => line?.length)).size, 1);
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

test('the sentence of the README says how many goals are missed', (t) => {
  const sentence = headline({
    'verify/floor': { value: 2.1 },
    'jose/verify': { value: 120 },
    'route/unprotected': { value: 0.95 },
  });
  t.match(sentence, /takes 2\.10 × the time of .* answers 0\.95 × as many requests .*: 2 of 3 goals met\./);
  t.match(sentence, /\(docs\/speed\.md\)/);
  t.end();
});

test('the README and the page about speed quote the figures of the last full run', (t) => {
  const { figures, machine } = lastResults();
  shows(t, 'docs/speed.md', 'goals', goalsBlock(figures, machine));
  shows(t, 'README.md', 'speed', headline(figures));
  t.end();
});

test('it answered to every goal, and the plot shows what it found out', (t) => {
  // A flood is measured only when it is named.
  const ofFullRun = Object.keys(goals).filter((id) => !id.startsWith('flood/'));
  t.same(new Set(Object.keys(lastResults().figures)), new Set(ofFullRun));
  t.equal(read('docs/speed/growth.svg'), plotOf(fileURLToPath(new URL(`../../../${RESULTS}`, import.meta.url))));
  t.end();
});

/** To write it once more would change nothing. */
function shows(t: Test, path: string, block: string, content: string): void {
  const page = read(path);
  t.equal(replaceBlock(page, block, content), page, `${path}, ${block}`);
}

function lastResults(): { readonly figures: Figures; readonly machine: Machine } {
  return JSON.parse(read(RESULTS));
}
