import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join, relative } from 'node:path';
import { growthPlot } from '../plot/growth-plot.ts';
import type { Figure, Outcome, Size } from '../suite.ts';
import type { CrowdDetails } from '../suites/crowd.ts';
import type { InstancesDetails } from '../suites/instances.ts';
import { replaceBlock } from './blocks.ts';
import { type Figures, goalsTable, headline } from './goals-table.ts';

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
 * Writes results as JSON, and the plot beside them when both suites ran that it shows.
 *
 * @param folder where; a run that is not the full one has a place that git ignores
 * @returns the path of the JSON, from where the command was given
 */
export function writeResults(outcomes: Outcomes, size: Size, folder: string = join(ROOT, 'apps/bench/out')): string {
  mkdirSync(folder, { recursive: true });
  const details = Object.fromEntries(Object.entries(outcomes).map(([name, { details }]) => [name, details]));
  const results = { size, machine: machine(), figures: figuresOf(outcomes), details };
  const path = join(folder, 'results.json');
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  if ('crowd' in outcomes && 'instances' in outcomes) writeFileSync(join(folder, 'growth.svg'), plotOf(path));
  return relative(process.cwd(), path);
}

/** What a full run found out about growth, as its results.json tells it. */
export function plotOf(resultsPath: string): string {
  const { crowd, instances }: { crowd: CrowdDetails; instances: InstancesDetails } = JSON.parse(
    readFileSync(resultsPath, 'utf8'),
  ).details;
  return growthPlot({ ...crowd, ...instances });
}

/** Writes what a full run of every suite found out where people read it: the page about speed, and the README. */
export function writeDocs(outcomes: Outcomes): string {
  const figures = figuresOf(outcomes);
  fillBlock('docs/speed.md', 'goals', goalsBlock(figures, machine()));
  fillBlock('README.md', 'speed', headline(figures));
  return writeResults(outcomes, 'full', join(ROOT, 'docs/speed'));
}

function fillBlock(path: string, name: string, content: string): void {
  writeFileSync(join(ROOT, path), replaceBlock(readFileSync(join(ROOT, path), 'utf8'), name, content));
}

/** The table of goals, and on what machine it came about. */
export function goalsBlock(figures: Figures, { node, cores, cpu }: Machine): string {
  return `${goalsTable(figures)}\n\nNode ${node}, ${cores} cores of ${cpu}.`;
}

function machine(): Machine {
  return { node: process.versions.node, cores: availableParallelism(), cpu: cpus()[0]?.model.trim() ?? 'unknown' };
}
