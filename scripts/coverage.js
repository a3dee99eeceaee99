// Runs the tests of the packages that people build on, and fails when they run less of a package's code than its floor.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

/** Percent of what the tests ran when this was measured last, rounded down. What runs in a browser alone is not seen here. */
const FLOORS = {
  'google-bearer': { lines: 99, branches: 98, functions: 97 },
  'fastify-google-bearer': { lines: 99, branches: 97, functions: 99 },
  'next-auth-google-bearer': { lines: 93, branches: 95, functions: 90 },
};

const BIN = join(import.meta.dirname, '../node_modules/.bin');
const TEST = join(import.meta.dirname, 'test.js');
const FOLDER = '.cache/coverage';

function run(command, args) {
  const { status, error } = spawnSync(join(BIN, command), args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) throw error;
  return status === 0;
}

/** Files that are nothing but types: there is nothing to run. */
function typesAlone(name) {
  return globSync(`packages/${name}/src/**/*.ts`).filter((file) => {
    const code = stripTypeScriptTypes(readFileSync(file, 'utf8')).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    return code.replaceAll(/export \{\};?/g, '').trim() === '';
  });
}

rmSync(FOLDER, { recursive: true, force: true });
const tests = Object.keys(FLOORS).map((name) => `packages/${name}/test/*.test.ts`);
let passed = run('c8', [
  '--temp-directory',
  FOLDER,
  '--reporter',
  'none',
  process.execPath,
  TEST,
  '--reporter=terse',
  ...tests,
]);
for (const [name, floors] of Object.entries(FLOORS)) {
  console.log(`\n${name}`);
  const source = ['--all', '--src', `packages/${name}/src`, '--include', `packages/${name}/src/**`];
  const left = typesAlone(name).flatMap((file) => ['--exclude', file]);
  const floor = Object.entries(floors).flatMap(([what, percent]) => [`--${what}`, String(percent)]);
  const report = [
    'report',
    '--temp-directory',
    FOLDER,
    '--reporter',
    'text-summary',
    '--check-coverage',
    '--statements',
    '0',
  ];
  passed = run('c8', [...report, ...source, ...left, ...floor]) && passed;
}
process.exitCode = passed ? 0 : 1;
