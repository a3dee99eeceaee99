import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

const PACKAGE = join(import.meta.dirname, '..');

// As strict as can be.
const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  module: 'nodenext',
  moduleDetection: 'force',
  customConditions: ['google-bearer-source'],
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  paths: { 'fastify-google-bearer': [join(PACKAGE, 'src/index.ts')] },
};

/** What the README leaves to the reader. */
const APP = "import type { FastifyInstance } from 'fastify';\ndeclare global {\n  const app: FastifyInstance;\n}";

test('the code in the README compiles as pasted', (t) => {
  const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
  // That of service accounts changes the types of the others.
  const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].filter(([text]) => !text.includes('declare module'));
  t.ok(blocks.length >= 6, `${blocks.length} blocks`);
  const folder = t.testdir({
    node_modules: t.fixture('symlink', join(PACKAGE, 'node_modules')),
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['*.ts'] }),
    'app-of-the-reader.ts': APP,
  });
  for (const [index, [, code = '']] of blocks.entries()) writeFileSync(join(folder, `block-${index}.ts`), code);
  // The file behind bin/tsc, whose missing extension the loader that tap gives to children cannot cope with.
  const tsc = join(PACKAGE, '../../node_modules/typescript/lib/tsc.js');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  t.same([status, stdout], [0, '']);
  t.end();
});
