import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';

const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The README's code: a block that names its file is that file, any other stands alone. */
function readmeFiles(): Map<string, string> {
  const blocks = readFileSync(from('../README.md'), 'utf8').matchAll(/```(tsx?)\n(?:\/\/ (src\/\S+)\n)?([\s\S]*?)```/g);
  return new Map(
    [...blocks].map(([, ending, path, code = ''], index) => [path ?? `src/block-${index}.${ending}`, code]),
  );
}

// What a page of Next.js is compiled with (`next build` writes it so), and as strict as can be.
const compilerOptions = {
  strict: true,
  noEmit: true,
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
  module: 'esnext',
  moduleResolution: 'bundler',
  jsx: 'react-jsx',
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: ['node'],
  paths: {
    'next-auth-google-bearer': [from('../src/index.ts')],
    'next-auth-google-bearer/react': [from('../src/react.ts')],
  },
};

test('the code in the README compiles as pasted', (t) => {
  const files = readmeFiles();
  t.ok(files.size >= 7, `${files.size} blocks`);
  const dir = t.testdir({
    node_modules: t.fixture('symlink', from('../node_modules')),
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
  });
  for (const [path, code] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), code);
  }
  // The file behind bin/tsc, whose missing extension the loader that tap gives to children cannot cope with.
  const tsc = from('../../../node_modules/typescript/lib/tsc.js');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8' });
  t.same([status, stdout], [0, '']);
  t.end();
});
