import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join, relative } from 'node:path';
import type { Figure, Json, Outcome, Size } from '../suite.ts';
import { replaceBlock } from './blocks.ts';
import { type Figures, goalsTable, headlinesTable } from './goals-table.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** What suites found out, by their names. */
export type Outcomes = Readonly<Record<string, Outcome>>;

/** Where something was measured. */
export type Machine = { readonly node: string; readonly cores: number; readonly cpu: string };

/** The figures of all suites together. */
export function figuresOf(outcomes: Outcomes): Figures {
  const all: Record<string, Figure> = {};
  for (const { figures } of Object.values(outcomes)) Object.assign(all, figures);
  return all;
}

/**
 * Writes results as JSON, with the plots beside them.
 *
 * @param folder where; a run that is not the full one has a place that git ignores
 * @returns the path of the JSON, from where the command was given
 */
export function writeResults(outcomes: Outcomes, size: Size, folder: string = join(ROOT, 'apps/bench/out')): string {
  mkdirSync(folder, { recursive: true });
  for (const { files = {} } of Object.values(outcomes)) {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  }
  const details = Object.fromEntries(Object.entries(outcomes).map(([name, { details }]) => [name, details]));
  const results: Json = { size, machine: machine(), figures: plain(figuresOf(outcomes)), details };
  const path = join(folder, 'results.json');
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  return relative(process.cwd(), path);
}

/** Writes what a full run of every suite found out where people read it: the page about speed, and the README. */
export function writeDocs(outcomes: Outcomes): string {
  const figures = figuresOf(outcomes);
  fillBlocks('docs/speed.md', { goals: goalsBlock(figures, machine()), ...blocksOf(outcomes) });
  fillBlocks('README.md', { speed: headlinesTable(figures) });
  return writeResults(outcomes, 'full', join(ROOT, 'docs/speed'));
}

function blocksOf(outcomes: Outcomes): Record<string, string> {
  return Object.assign({}, ...Object.values(outcomes).map(({ blocks }) => blocks));
}

function fillBlocks(path: string, blocks: Readonly<Record<string, string>>): void {
  let page = readFileSync(join(ROOT, path), 'utf8');
  for (const [name, content] of Object.entries(blocks)) page = replaceBlock(page, name, content);
  writeFileSync(join(ROOT, path), page);
}

/** The table of goals, and on what machine it came about. */
export function goalsBlock(figures: Figures, { node, cores, cpu }: Machine): string {
  return `${goalsTable(figures)}\n\nNode ${node}, ${cores} cores of ${cpu}.`;
}

function machine(): Machine {
  return { node: process.versions.node, cores: availableParallelism(), cpu: cpus()[0]?.model.trim() ?? 'unknown' };
}

/** As JSON takes them. */
function plain(figures: Figures): Json {
  return Object.fromEntries(
    Object.entries(figures).map(([id, { value, middle }]) => [id, middle ? { value, middle } : { value }]),
  );
}
