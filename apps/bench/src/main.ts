#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type Figures, goalsTable, verdict } from './report/goals-table.ts';
import { figuresOf, writeDocs, writeResults } from './report/results.ts';
import { startSuite } from './start-suite.ts';
import type { Outcome, Size } from './suite.ts';
import { fullRun, suites } from './suites.ts';

const USAGE = `Measures google-bearer against what people would use instead.

  npx -y pnpm@12 bench                 everything, in about 6 minutes; writes docs/speed.md and docs/speed/
  npx -y pnpm@12 bench --quick         proves in under a minute that everything runs; the figures mean little
  npx -y pnpm@12 bench NAME ...        only these suites: ${fullRun.join(', ')}
  npx -y pnpm@12 bench flood           what good tokens suffer from 100 000 bad ones; no part of "everything"
  npx -y pnpm@12 bench profile         what a cached token's time is spent on; no part of "everything"

Close what else is running: other work on the machine widens the "middle half" of a figure.`;

const { values, positionals } = readArguments();
if (values.help) {
  console.log(USAGE);
  process.exit();
}
const size: Size = values.quick ? 'quick' : 'full';
const names = positionals.length > 0 ? positionals : fullRun;
const outcomes: Record<string, Outcome> = {};
for (const [index, name] of names.entries()) {
  const began = performance.now();
  const progress = (what: string): void => show(`${index + 1} of ${names.length}  ${name}: ${what}`);
  const outcome = await startSuite(name, size, progress).catch(giveUp);
  outcomes[name] = outcome;
  show('');
  console.log(`${name} took ${((performance.now() - began) / 1000).toFixed(1)} s`);
  for (const remark of outcome.unusual ?? []) console.log(`  unusual: ${remark}`);
  if (outcome.table !== undefined) console.log(`\n${outcome.table}\n`);
}

const figures: Figures = figuresOf(outcomes);
const isAll = size === 'full' && positionals.length === 0;
const path = isAll ? writeDocs(outcomes) : writeResults(outcomes, size);
const isQuick = size === 'quick';
if (Object.keys(figures).length > 0) {
  console.log(`\n${goalsTable(figures, !isQuick)}\n`);
  console.log(
    isQuick ? 'Few tokens, few rounds, cold code: this proves that the suites work, and no more.' : verdict(figures),
  );
}
console.log(`Everything measured is in ${path}`);

function readArguments() {
  try {
    const options = { quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    const read = parseArgs({ options, allowPositionals: true });
    const stranger = read.positionals.find((name) => !Object.hasOwn(suites, name));
    if (stranger !== undefined) throw new TypeError(`There is no suite ${stranger}`);
    return read;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

function giveUp(error: unknown): never {
  show('');
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** One line that is written over, where somebody watches; elsewhere a line for each would only be in the way. */
function show(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${line.slice(0, process.stdout.columns - 1)}`);
}
