import { join } from 'node:path';
import { buildOnce } from '@google-bearer/test-kit/build-once';
import { bundle } from '@google-bearer/test-kit/bundle';

const API = join(import.meta.dirname, '../..');
const ROOT = join(API, '../..');
/** As deep as src/docs and dist/docs, from where files of ../../assets are read. */
const CACHE = join(API, '.cache/bundle');
const BUNDLE = join(CACHE, 'api.mjs');

const PARTS = ['google-bearer', 'google-bearer-redis', 'google-bearer-sqlite', 'fastify-google-bearer'];

let bundled: Promise<void> | undefined;

/**
 * The API as one file, made of its sources as they are now. Tests start it more than a hundred times, and to find and read its
 * thousand modules is most of each start. Those of `pnpm start` and `dev` run it as people do.
 */
export async function bundledApi(): Promise<string> {
  bundled ??= buildOnce({
    cache: CACHE,
    sources: [
      join(ROOT, 'pnpm-lock.yaml'),
      ...[API, ...PARTS.map((name) => join(ROOT, 'packages', name))].flatMap((folder) => [
        join(folder, 'src'),
        join(folder, 'package.json'),
      ]),
    ],
    mark: BUNDLE,
    build: () =>
      bundle(join(API, 'src/main.ts'), BUNDLE, {
        external: ['better-sqlite3', 'pg-native'],
        withFiles: ['@fastify/swagger-ui'],
      }),
  });
  await bundled;
  return BUNDLE;
}
