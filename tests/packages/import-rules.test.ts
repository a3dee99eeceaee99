import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'tap';

const ROOT = join(import.meta.dirname, '../..');

/** Who imports whom, what the check says, and by which rule. */
const cases: { from: string; to: string; rule: string | undefined }[] = [
  {
    from: 'packages/google-bearer/src/verifier.ts',
    to: 'packages/google-bearer/src/judging/judge.ts',
    rule: undefined,
  },
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
  { from: 'packages/google-oauth-emulator/test/b.test.ts', to: 'tests/kit/chromium.ts', rule: undefined },
  { from: 'tests/kit/a.ts', to: 'packages/google-bearer/src/index.ts', rule: 'kit-alone' },
  { from: 'tests/kit/b.ts', to: 'tests/system/a.ts', rule: 'kit-alone' },
  { from: 'packages/google-bearer/src/options.ts', to: 'tests/kit/ports.ts', rule: 'no-tests-in-sources' },
  { from: 'apps/api/src/app.ts', to: 'apps/api/test/a.ts', rule: 'no-tests-in-sources' },
  {
    from: 'packages/google-bearer-sqlite/src/log.ts',
    to: 'packages/google-bearer/src/memory/known-tokens.ts',
    rule: 'public-entry-only',
  },
  {
    from: 'packages/google-bearer/src/options.ts',
    to: 'packages/google-bearer/src/verifier.ts',
    rule: 'core-verifier-above-all',
  },
  ...[
    { from: 'errors/errors.ts', to: 'token/key.ts' },
    { from: 'token/key.ts', to: 'judging/judge.ts' },
    { from: 'judging/judge.ts', to: 'memory/known-token.ts' },
    { from: 'memory/known-tokens.ts', to: 'lookup/lookups.ts' },
    { from: 'lookup/lookups.ts', to: 'revocations/revocation-index.ts' },
    { from: 'revocations/revoking.ts', to: 'lookup/deadline.ts' },
  ].map(({ from, to }) => ({
    from: `packages/google-bearer/src/${from}`,
    to: `packages/google-bearer/src/${to}`,
    rule: `core-${from.split('/')[0]}`,
  })),
  {
    from: 'packages/google-bearer/src/lookup/tokeninfo/response.ts',
    to: 'packages/google-bearer/src/lookup/tokeninfo/request.ts',
    rule: 'network-apart-from-meaning',
  },
];

const CONFIGS = { src: '.dependency-cruiser.js', test: '.dependency-cruiser.tests.js' };

for (const kind of ['src', 'test'] as const) {
  // One run for all of them, since each import is judged by itself.
  test(`imports in ${kind}`, async (t) => {
    const folder = t.testdir();
    const mine = cases.filter(({ from }) => from.includes('/src/') === (kind === 'src'));
    const add = (file: string, text: string): void => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      appendFileSync(join(folder, file), `${text}\n`);
    };
    for (const to of new Set(mine.map((one) => one.to))) add(to, 'export const thing = 1; export type Thing = string;');
    for (const [index, { from, to }] of mine.entries()) {
      const path = '../'.repeat(from.split('/').length - 1) + to;
      // A type alone counts as much as a value.
      if (kind === 'src')
        add(from, `import type { Thing as T${index} } from '${path}'; export type U${index} = T${index};`);
      else add(from, `import { thing as t${index} } from '${path}'; export const u${index} = t${index};`);
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const said = await cruise(folder, CONFIGS[kind]);
    const errors = said.split('\n').filter((line) => /^ *error /.test(line));
    for (const { from, to, rule } of mine) {
      const found = errors.filter((line) => line.includes(`${from} → ${to}`));
      if (rule === undefined) t.same(found, [], `allows: ${from} imports ${to}`);
      else
        t.ok(
          found.some((line) => line.includes(`error ${rule}: `)),
          `${rule}: ${from} imports ${to}`,
        );
    }
    t.notOk(
      errors.some((line) => line.includes('resolvable')),
      'all of them lead somewhere',
    );
  });
}

async function cruise(folder: string, config: string): Promise<string> {
  const bin = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [bin, '--config', join(ROOT, config), ...readdirSync(folder).filter((name) => name !== 'node_modules')];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && error.stdout) return String(error.stdout);
    throw error;
  }
}
