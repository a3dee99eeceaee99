import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { GoogleEmulator } from 'google-oauth-emulator';
import type { Test } from 'tap';
import { clientId, makeApp, startGoogle } from './kit.ts';

const PACKAGE = join(import.meta.dirname, '..');

/** An app that an example of the documentation has set up. */
export interface Example {
  readonly app: FastifyInstance;
  readonly google: GoogleEmulator;
}

/**
 * Runs the first example under a heading, as it stands there, on an app with a local Google for the real one.
 *
 * @param words what is replaced in it besides, such as variables of the environment
 */
export async function setUpExample(
  t: Test,
  file: string,
  heading: string,
  words: Record<string, string>,
): Promise<Example> {
  const [, section = ''] = readFileSync(file, 'utf8').split(`\n## ${heading}`);
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
  const google = await startGoogle(t);
  const known = {
    ...words,
    "'fastify-google-bearer'": JSON.stringify(pathToFileURL(join(PACKAGE, 'src/index.ts')).href),
    'audience: process.env.GOOGLE_CLIENT_ID': `audience: '${clientId}', endpoints: '${google.url}'`,
  };
  let text = code;
  for (const [word, replacement] of Object.entries(known)) {
    if (!text.includes(word)) throw new Error(`${heading}: the example lacks ${word}`);
    text = text.replaceAll(word, replacement);
  }
  const lines = text.split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  const rest = lines.filter((line) => !line.startsWith('import '));
  const folder = t.testdir({});
  symlinkSync(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const program = join(folder, 'example.mts');
  writeFileSync(program, [...imports, 'export const setUp = async (app) => {', ...rest, '};'].join('\n'));
  const app = makeApp(t);
  const example: { setUp(app: FastifyInstance): Promise<void> } = await import(pathToFileURL(program).href);
  await example.setUp(app);
  return { app, google };
}
