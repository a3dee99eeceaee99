import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'tap';

const { NODE_COMPILE_CACHE } = process.env;
const PACKAGES = join(import.meta.dirname, '../../packages');
const refusal = (name: string, version: string) => `${name} needs Node 22.19 or later; this is Node ${version}.`;

/** A program's first module, that makes it believe in another Node. */
function pretending(version: string): string {
  const value = `{ ...process.versions, node: '${version}' }`;
  return `data:text/javascript,${encodeURIComponent(`Object.defineProperty(process, 'versions', { value: ${value} })`)}`;
}

/** What comes of a file's import, in a process where Node is of these versions one after the other. */
async function imports(file: string, versions: readonly string[]): Promise<string[]> {
  const code = `
    const outcomes = [];
    for (const node of ${JSON.stringify(versions)}) {
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node }, configurable: true });
      const url = ${JSON.stringify(pathToFileURL(file).href)} + '?' + node;
      outcomes.push(await import(url).then(() => 'works', (error) => error.message));
    }
    console.log(JSON.stringify(outcomes));`;
  const args = ['--conditions=google-bearer-source', '--input-type=module', '--eval', code];
  return JSON.parse((await promisify(execFile)(process.execPath, args, { env: { NODE_COMPILE_CACHE } })).stdout);
}

for (const name of readdirSync(PACKAGES)) {
  test(`${name} says in one line which Node it needs`, async (t) => {
    t.same(await imports(join(PACKAGES, name, 'src/index.ts'), ['20.20.2']), [refusal(name, '20.20.2')]);
    const versions = ['18.20.8', '22.18.0', '22.19.0', '23.0.0', '24.21.0'];
    t.same(await imports(join(PACKAGES, name, 'src/node-version.ts'), versions), [
      refusal(name, '18.20.8'),
      refusal(name, '22.18.0'),
      'works',
      'works',
      'works',
    ]);
    const manifest: { engines?: object; sideEffects?: unknown } = JSON.parse(
      readFileSync(join(PACKAGES, name, 'package.json'), 'utf8'),
    );
    t.same(manifest.engines, { node: '>=22.19' }, 'as npm says when it installs');
    // A bundler that takes the entry for free of side effects goes past it, to the modules that it exports.
    const loaded = ['index', 'node-version'];
    const named = [...loaded.map((file) => `./dist/${file}.js`), ...loaded.map((file) => `./src/${file}.ts`)];
    t.same(manifest.sideEffects, named, 'no bundler leaves the check out');
  });
}

test('the command of the emulator says so too', async (t) => {
  const cli = join(PACKAGES, 'google-oauth-emulator/src/cli.ts');
  const args = ['--conditions=google-bearer-source', `--import=${pretending('20.20.2')}`, cli];
  const outcome: unknown = await promisify(execFile)(process.execPath, args, { env: { NODE_COMPILE_CACHE } }).catch(
    (error) => error,
  );
  // Node's message about the failed command has what it printed.
  t.ok(
    String(outcome)
      .split('\n')
      .includes(`Error: ${refusal('google-oauth-emulator', '20.20.2')}`),
    String(outcome),
  );
});
