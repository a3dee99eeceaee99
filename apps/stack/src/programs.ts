import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const APPS = fileURLToPath(new URL('../../', import.meta.url));
const fromSources = import.meta.filename.endsWith('.ts');

/** The folder of the web client. */
export const WEB: string = join(APPS, 'web');

/**
 * Where the sources of the API are. Folders, and not the files that it has loaded, which Node would watch by itself: when an editor saves by
 * putting a new file in the place of the old one, Node would notice once, and never again. In a folder it sees the new file beside the old one.
 */
const API_SOURCES: readonly string[] = [
  join(APPS, 'api/src'),
  ...['google-bearer', 'google-bearer-redis', 'google-bearer-sqlite', 'fastify-google-bearer'].map((name) =>
    join(APPS, '../packages', name, 'src'),
  ),
];

/** What Node runs for the API: its sources when we run from ours, or else what was built. */
export function apiArgs({ watch = false }: { watch?: boolean } = {}): string[] {
  const watching = watch ? ['--watch-preserve-output', ...API_SOURCES.map((folder) => `--watch-path=${folder}`)] : [];
  return fromSources
    ? [...watching, '--conditions=google-bearer-source', join(APPS, 'api/src/main.ts')]
    : [...watching, join(APPS, 'api/dist/main.js')];
}

/** What Node says, and stays, when the program that it watches has failed. */
export const WATCHED_HAS_FAILED: RegExp = /Failed running '/;

/** What Node runs in the folder of the web client to serve it: what was built, or the sources with reload. */
export function webArgs(port: number, { dev = false }: { dev?: boolean } = {}): string[] {
  // NextAuth's OAuth client uses url.parse, of which Node warns at the first sign-in; nobody here can act on it.
  return [
    '--disable-warning=DEP0169',
    ofWeb('next', 'dist/bin/next'),
    dev ? 'dev' : 'start',
    '-H',
    '127.0.0.1',
    '-p',
    String(port),
  ];
}

/** What Node runs in the folder of the web client to build it. */
export function webBuildArgs(): string[] {
  return [ofWeb('next', 'dist/bin/next'), 'build'];
}

/** Our own package that the web client uses, by its folder. */
const WEB_PACKAGE = join(APPS, '../packages/next-auth-google-bearer');

/** What Node runs to build that package: Next takes it from its `dist`. */
export function packageBuildArgs({ watch = false }: { watch?: boolean } = {}): string[] {
  // It has no references. With `--build` the compiler takes twice as long to begin to watch.
  const how = watch ? ['--watch', '--preserveWatchOutput', '--project'] : ['--build'];
  // Not bin/tsc, which has no ending: under a loader that hooks into `require`, Node takes it for CommonJS.
  return [ofWeb('typescript', 'lib/tsc.js'), ...how, WEB_PACKAGE];
}

/** A file of a package as the web client sees it; its own programs are no dependencies of ours. */
function ofWeb(name: string, file: string): string {
  const require = createRequire(join(WEB, 'package.json'));
  const path = join(dirname(require.resolve(`${name}/package.json`)), file);
  if (!existsSync(path)) throw new Error(`${name} has no ${file}; is it another version?`);
  return path;
}
