import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildOnce } from '@google-bearer/test-kit/build-once';
import { machineEnv } from '../../../apps/stack/src/part-env.ts';
import { packageBuildArgs, WEB, webBuildArgs } from '../../../apps/stack/src/programs.ts';

const ROOT = join(WEB, '../..');
/** The package of ours that it uses. */
const PACKAGE = join(ROOT, 'packages/next-auth-google-bearer');

/**
 * Makes sure that there is a production build of the web client as its sources are now, and resolves to its folder. Of
 * test files that ask at the same time one builds and the others wait.
 *
 * @throws {Error} with the compiler's own words when it cannot be built
 */
export async function builtWeb(): Promise<string> {
  await buildOnce({
    // Left alone by `next build`.
    cache: join(WEB, 'node_modules/.cache/google-bearer'),
    sources: [
      ...webSources(),
      ...['src', 'package.json', 'tsconfig.json'].map((name) => join(PACKAGE, name)),
      ...['tsconfig.base.json', 'pnpm-lock.yaml'].map((name) => join(ROOT, name)),
    ],
    // Each build has an id of its own.
    mark: join(WEB, '.next/BUILD_ID'),
    async build() {
      await run(packageBuildArgs());
      await run(webBuildArgs());
    },
  });
  return WEB;
}

/** Everything but what is made and what is only tested with. */
function webSources(): string[] {
  return ['src', 'public', 'next.config.ts', 'package.json', 'tsconfig.json'].map((name) => join(WEB, name));
}

async function run(args: readonly string[]): Promise<void> {
  // With a cache the build takes a third of the time, and without one a fifth of it is writing one. Most who run the tests build once.
  const CI = existsSync(join(WEB, '.next/cache/turbopack')) ? undefined : '1';
  const env = { ...machineEnv(process.env), NODE_OPTIONS: undefined, NEXT_TELEMETRY_DISABLED: '1', CI };
  try {
    await promisify(execFile)(process.execPath, args, { cwd: WEB, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error instanceof Error ? { stdout: '', stderr: '', ...error } : {};
    throw new Error(`the web client cannot be built:\n${stdout}${stderr}`, { cause: error });
  }
}
