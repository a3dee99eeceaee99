import { build } from 'esbuild';

/** CommonJS inside of the bundle asks for these. */
const COMMONJS = `
import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

/**
 * Makes one file of a program for Node, so that it starts in a third of the time.
 *
 * @param external packages that stay apart: native ones, and those that read files of theirs
 */
export async function bundle(entry: string, outfile: string, external: readonly string[]): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    conditions: ['google-bearer-source'],
    external: [...external],
    banner: { js: COMMONJS },
    logLevel: 'silent',
  });
}
