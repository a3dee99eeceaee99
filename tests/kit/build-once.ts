import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exclusively } from './exclusively.ts';
import { fingerprint } from './fingerprint.ts';

/** What is built, and from what. */
export interface Built {
  /** A folder that git ignores and the build leaves alone. */
  readonly cache: string;
  /** Files and folders. When they are as they were at the last build, nothing is built. */
  readonly sources: readonly string[];
  /** A file that each build writes anew; a build that somebody else made is told from ours by it. */
  readonly mark: string;
  build(): Promise<void>;
}

/**
 * Makes sure that something is built from its sources as they are now. Of test files that ask at the same time one builds and
 * the others wait.
 */
export async function buildOnce({ cache, sources, mark, build }: Built): Promise<void> {
  await mkdir(cache, { recursive: true });
  await exclusively(join(cache, 'build-lock.db'), async () => {
    const state = join(cache, 'built.json');
    const from = await fingerprint(sources);
    const now = async (): Promise<string> => JSON.stringify({ from, built: await fingerprint([mark]) });
    if ((await readFile(state, 'utf8').catch(() => undefined)) === (await now())) return;
    await build();
    await writeFile(state, await now());
  });
}
