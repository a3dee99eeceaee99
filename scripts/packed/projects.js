import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.js';

const ROOT = join(import.meta.dirname, '../..');

/** The examples, and which of our packages each is given. */
const EXAMPLES = {
  'fastify-api': ['fastify-google-bearer', 'google-bearer', 'google-oauth-emulator'],
  'commonjs-api': ['fastify-google-bearer', 'google-bearer', 'google-oauth-emulator'],
  'nextauth-app': ['next-auth-google-bearer'],
};

/** How TypeScript may be set up in the project of somebody else, `skipLibCheck` off. */
const SETUPS = {
  'node16-esm': { type: 'module', compilerOptions: { module: 'node16' } },
  'nodenext-esm': { type: 'module', compilerOptions: { module: 'nodenext' } },
  'nodenext-commonjs': { type: 'commonjs', compilerOptions: { module: 'nodenext' } },
  bundler: { type: 'module', compilerOptions: { module: 'esnext', moduleResolution: 'bundler' } },
};

/** npm without what nobody reads; the registry is the one that this machine is set up for. */
const npmInstall = ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];

/** @typedef {{ folder: string, tarballs: Map<string, string>, signal: AbortSignal, say: (line: string) => void }} Workplace */

/**
 * Copies the examples, and installs the tarballs there as the README says.
 *
 * @param {Workplace} workplace
 */
export async function installExamples({ folder, tarballs, signal, say }) {
  const installing = Object.entries(EXAMPLES).map(async ([name, packages]) => {
    const cwd = join(folder, name);
    // What somebody installed or built there is no part of the example.
    const isOwn = (path) => !/[\\/](node_modules|\.next|\.env)$/.test(path);
    await cp(join(ROOT, 'examples', name), cwd, { recursive: true, filter: isOwn });
    await cp(join(ROOT, 'examples/.env.example'), join(cwd, '.env'));
    await run('npm', [...npmInstall, ...packages.map((each) => tarballs.get(each))], { cwd, signal });
    say(`installed ${name}`);
  });
  await Promise.all(installing);
}

/**
 * Makes one project for each setup of TypeScript; they share what is installed above them.
 *
 * @param {Workplace} workplace
 */
export async function installFreshProjects({ folder, tarballs, signal, say }) {
  const above = join(folder, 'fresh');
  await mkdir(above);
  await writeFile(join(above, 'package.json'), '{ "private": true }\n');
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'examples/fastify-api/package.json'), 'utf8'));
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  const ours = [...tarballs].filter(([name]) => name !== 'next-auth-google-bearer').map(([, path]) => path);
  await run('npm', [...npmInstall, 'fastify', ...tools, ...ours], { cwd: above, signal });
  for (const [name, { type, compilerOptions }] of Object.entries(SETUPS)) {
    const cwd = join(above, name);
    await mkdir(cwd);
    await cp(join(import.meta.dirname, 'fresh/main.ts'), join(cwd, 'main.ts'));
    await writeFile(join(cwd, 'package.json'), JSON.stringify({ private: true, type }));
    const options = { target: 'es2023', types: ['node'], strict: true, outDir: 'dist', ...compilerOptions };
    await writeFile(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['main.ts'] }));
  }
  say('installed the fresh projects');
}

/** What fresh/main.ts prints when each package does its work. */
const EXPECTED = '200 true\n401 ERR_TOKEN_REVOKED\n1\ntrue function function\n';

/**
 * Compiles and runs each fresh project.
 *
 * @param {Workplace} workplace
 */
export async function useFreshProjects({ folder, signal, say }) {
  const above = join(folder, 'fresh');
  for (const name of Object.keys(SETUPS)) {
    const cwd = join(above, name);
    await run(process.execPath, [join(above, 'node_modules/typescript/bin/tsc')], { cwd, signal });
    const printed = await run(process.execPath, ['dist/main.js'], { cwd, signal });
    if (printed !== EXPECTED) throw new Error(`${name} printed\n${printed}instead of\n${EXPECTED}`);
    say(`TypeScript ${name} compiles and runs`);
  }
}
