import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';

const ROOT = join(import.meta.dirname, '../../..');

/** Who imports whom, what the check says, and by which rule. */
const cases: { from: string; to: string; rule: string | undefined }[] = [
  { from: 'packages/google-bearer/src/verifier.ts', to: 'packages/google-bearer/src/claims.ts', rule: undefined },
  { from: 'packages/google-bearer-sqlite/src/log.ts', to: 'packages/google-bearer/src/index.ts', rule: undefined },
  { from: 'apps/api/src/app.ts', to: 'packages/google-bearer/src/index.ts', rule: undefined },
  { from: 'packages/google-bearer/test/a.test.ts', to: 'packages/google-oauth-emulator/src/index.ts', rule: undefined },
  { from: 'packages/google-bearer/src/verifier.ts', to: 'apps/api/src/app.ts', rule: 'no-package-to-app' },
  {
    from: 'packages/google-bearer/src/verifier.ts',
    to: 'packages/google-oauth-emulator/src/index.ts',
    rule: 'core-alone',
  },
  {
    from: 'packages/google-bearer-sqlite/src/log.ts',
    to: 'packages/google-bearer-redis/src/index.ts',
    rule: 'adapters-apart',
  },
  { from: 'packages/google-risc/src/a.ts', to: 'packages/google-bearer-sqlite/src/index.ts', rule: 'adapters-apart' },
  {
    from: 'packages/fastify-google-bearer/src/a.ts',
    to: 'packages/next-auth-google-bearer/src/index.ts',
    rule: 'frameworks-apart',
  },
  {
    from: 'packages/google-oauth-emulator/src/a.ts',
    to: 'packages/google-bearer/src/index.ts',
    rule: 'emulator-alone',
  },
  {
    from: 'packages/google-oauth-emulator/test/a.test.ts',
    to: 'packages/google-bearer/src/index.ts',
    rule: 'emulator-alone',
  },
  {
    from: 'packages/google-bearer-sqlite/src/log.ts',
    to: 'packages/google-bearer/src/cache.ts',
    rule: 'public-entry-only',
  },
  {
    from: 'packages/google-bearer/src/cache.ts',
    to: 'packages/google-bearer/src/verifier.ts',
    rule: 'core-downwards-1',
  },
  {
    from: 'packages/google-bearer/src/options.ts',
    to: 'packages/google-bearer/src/cache.ts',
    rule: 'core-downwards-2',
  },
  {
    from: 'packages/google-bearer/src/errors.ts',
    to: 'packages/google-bearer/src/options.ts',
    rule: 'core-downwards-3',
  },
  {
    from: 'packages/google-bearer/src/tokeninfo/response.ts',
    to: 'packages/google-bearer/src/tokeninfo/request.ts',
    rule: 'network-apart-from-meaning',
  },
];
for (const { from, to, rule } of cases) {
  test(`${rule ?? 'allows'}: ${from} imports ${to}`, async (t) => {
    const folder = t.testdir();
    const write = (file: string, text: string): void => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    };
    const up = '../'.repeat(from.split('/').length - 1);
    // A type alone counts as much as a value.
    const kind = from.includes('/test/') ? '' : 'type ';
    write(to, 'export const thing = 1; export type Thing = string;');
    write(
      from,
      `import { ${kind}${kind ? 'Thing' : 'thing'} } from '${up}${to}'; export const other${kind ? ': Thing = ""' : ' = thing'};`,
    );
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const config = from.includes('/test/') ? '.dependency-cruiser.tests.js' : '.dependency-cruiser.js';
    const said = await cruise(folder, config, from, to);
    if (rule === undefined) t.match(said, /no dependency violations found/);
    else t.match(said, new RegExp(`error ${rule}: `));
  });
}

async function cruise(folder: string, config: string, ...files: string[]): Promise<string> {
  const bin = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [bin, '--config', join(ROOT, config), ...files.map((file) => file.split('/').slice(0, 2).join('/'))];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && error.stdout) return String(error.stdout);
    throw error;
  }
}
