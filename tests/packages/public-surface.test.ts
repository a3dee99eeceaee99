// A process of its own: the name of the snapshot is that of the file that runs.
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'tap';

const ROOT = join(import.meta.dirname, '../..');
const SOURCE = 'google-bearer-source';

/** Keeps what other people's code, dashboards and deployments rely on. A change that is meant: `tap --snapshot` with this file. */
test('exports, error codes, metrics and variables are as they were', (t) => {
  t.matchSnapshot(lines(exportsOfPackages()), 'exports');
  t.matchSnapshot(lines(found('packages/*/src/**/*.ts', /'(ERR_[A-Z_]+)'/g)), 'error codes of the packages');
  t.matchSnapshot(lines(found('apps/api/src/**/*.ts', /'(ERR_[A-Z_]+)'/g)), 'error codes of the API');
  t.matchSnapshot(
    lines(found('apps/api/src/{metrics,routes/events}.ts', /name: '([a-z]+_[a-z_]+)'/g)),
    'metrics of the API',
  );
  t.matchSnapshot(lines(found('apps/api/src/env.ts', /'([A-Z]+_[A-Z_]+|HOST|PORT)'/g)), 'variables of the API');
  t.end();
});

test('the search finds them', (t) => {
  const exports = exportsOfPackages();
  for (const known of [
    'google-bearer: createTokenVerifier',
    'google-bearer: type Principal',
    'google-bearer/testing: fakeVerifier',
    'fastify-google-bearer: default',
    'next-auth-google-bearer/react: useApiFetch',
  ]) {
    t.ok(exports.includes(known), known);
  }
  t.ok(found('packages/*/src/**/*.ts', /'(ERR_[A-Z_]+)'/g).includes('ERR_TOKEN_AUDIENCE'));
  t.ok(found('apps/api/src/env.ts', /'([A-Z]+_[A-Z_]+|HOST|PORT)'/g).includes('GOOGLE_CLIENT_ID'));
  t.end();
});

/** Each as `package/entry: name`, with `type` before a name that is gone at run time. */
function exportsOfPackages(): string[] {
  return globSync('packages/*/package.json', { cwd: ROOT }).flatMap((file) => {
    const { name, exports } = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
    return Object.entries<Record<string, string>>(exports).flatMap(([entry, conditions]) => {
      const source = join(ROOT, file, '..', conditions[SOURCE] ?? '');
      return exportsOf(source).map((exported) => `${join(name, entry)}: ${exported}`);
    });
  });
}

function exportsOf(source: string): string[] {
  const text = readFileSync(source, 'utf8');
  const passedOn = [...text.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type = '', names = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => type + name.replace(/^(type )?\w+ as /, '$1')),
  );
  const own = [...text.matchAll(/^export (?:async )?(?:(interface|type)|function|const|class) (\w+)/gm)].map(
    ([, type, name]) => (type === undefined ? `${name}` : `type ${name}`),
  );
  // `export *` and the like would pass by unseen.
  const seen = text.match(/^export /gm)?.length;
  if (seen !== (text.match(/^export (type )?\{/gm)?.length ?? 0) + own.length) {
    throw new Error(`${relative(ROOT, source)} exports something in a form that is not read here`);
  }
  return [...passedOn, ...own];
}

function found(files: string, pattern: RegExp): string[] {
  return globSync(files, { cwd: ROOT }).flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)].map(([, name = '']) => name),
  );
}

function lines(names: readonly string[]): string {
  return [...new Set(names)].sort().join('\n');
}
