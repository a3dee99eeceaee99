// Packs every package into a folder: `npx -y pnpm@12 tarballs FOLDER`. This is what `npm publish` would send.
import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from './command.js';

const PACKAGES = join(import.meta.dirname, '../../packages');

/**
 * Packs the packages, which have to be built.
 *
 * @param {string} folder
 * @param {AbortSignal} signal
 * @returns {Promise<Map<string, string>>} the path of each package's tarball, by the package's name
 */
export async function packAll(folder, signal) {
  await mkdir(folder, { recursive: true });
  const tarballs = new Map();
  for (const name of readdirSync(PACKAGES)) {
    const path = join(folder, `${name}.tgz`);
    // Every pnpm script finds the pnpm that runs it on its PATH.
    await run('pnpm', ['pack', '--out', path], { cwd: join(PACKAGES, name), signal });
    tarballs.set(name, path);
  }
  return tarballs;
}

if (process.argv[1] === import.meta.filename) {
  const [, , folder] = process.argv;
  if (folder === undefined) {
    console.error('Say where to: npx -y pnpm@12 tarballs FOLDER');
    process.exit(1);
  }
  const tarballs = await packAll(resolve(folder), new AbortController().signal);
  for (const path of tarballs.values()) console.log(path);
}
