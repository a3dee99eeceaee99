// Uses the packages as people get them: packs each, installs the tarballs with npm into copies of the examples and into fresh
// projects, and follows what README and docs say. Ends with 0 when all of it works.
import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noBrowser } from '../../tests/kit/chromium.ts';
import { followTheStory, startApi } from './api.js';
import { run } from './command.js';
import { signInAtGoogle, startGoogle } from './google.js';
import { buildPage, checkCors, signInAtPage, startPage } from './page.js';
import { freePort } from './port.js';
import { installExamples, installFreshProjects, useFreshProjects } from './projects.js';
import { pasteReadme, useReadmePages } from './readme.js';
import { packAll } from './tarballs.js';

const began = performance.now();
const say = (line) => console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`);

const interruption = new AbortController();
const { signal } = interruption;
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => interruption.abort(new Error('interrupted')));

/** An API on its own, called by a program that signs in at Google. */
async function useCommonJs(folder, programs) {
  const cwd = join(folder, 'commonjs-api');
  const redirectUri = `http://127.0.0.1:${await freePort()}/callback`;
  const google = await programs.add(startGoogle(cwd, redirectUri, signal));
  const api = await programs.add(startApi(cwd, { GOOGLE_EMULATOR_URL: google.url }, signal));
  await followTheStory(api.url, await signInAtGoogle(google.url, redirectUri));
  say('commonjs-api: signed in, called, revoked, refused, refreshed, accepted');
}

/** The README's pair: the API in TypeScript, and the page; then the pages of the package's own README in its place. */
async function usePair(folder, programs) {
  const port = await freePort();
  const pageUrl = `http://localhost:${port}`;
  const apiFolder = join(folder, 'fastify-api');
  const google = await programs.add(startGoogle(apiFolder, `${pageUrl}/api/auth/callback/google`, signal));
  const shared = { GOOGLE_EMULATOR_URL: google.url, NEXTAUTH_URL: pageUrl };
  const api = await programs.add(startApi(apiFolder, shared, signal));
  const pageFolder = join(folder, 'nextauth-app');
  const env = { ...shared, API_URL: api.url };
  const page = await programs.add(startPage('start', pageFolder, port, env, signal));
  await checkCors(api.url, pageUrl);
  await followTheStory(api.url, await signInAtPage(pageUrl));
  say('fastify-api and nextauth-app: signed in, called, revoked, refused, refreshed, accepted');
  await page.stop();
  if (noBrowser) return say(`not tried: the pages in the README of next-auth-google-bearer. ${noBrowser}`);
  await pasteReadme(pageFolder);
  const pasted = await programs.add(startPage('dev', pageFolder, port, env, signal));
  await useReadmePages(pageUrl, signal);
  assert.doesNotMatch(pasted.output(), /ya29\./, 'no token is printed');
  say('the pages in the README of next-auth-google-bearer work as pasted, in a browser');
}

/** What was started, to be stopped in any case. */
class Programs {
  #all = [];

  async add(starting) {
    const program = await starting;
    this.#all.push(program);
    return program;
  }

  /** What they printed, for somebody who has to find out what went wrong. */
  output() {
    return this.#all.map((program) => program.output()).join('\n');
  }

  async stop() {
    await Promise.all(this.#all.map((program) => program.stop()));
  }
}

const folder = await realpath(await mkdtemp(join(tmpdir(), 'google-bearer-packed-')));
const programs = new Programs();
try {
  const tarballs = await packAll(join(folder, 'tarballs'), signal);
  say(`packed ${tarballs.size} packages`);
  const workplace = { folder, tarballs, signal, say };
  await Promise.all([installExamples(workplace), installFreshProjects(workplace)]);
  await useFreshProjects(workplace);
  const apiFolder = join(folder, 'fastify-api');
  for (const script of ['check', 'test']) await run('npm', ['run', script], { cwd: apiFolder, signal });
  say('fastify-api compiles, and its own test passes');
  await useCommonJs(folder, programs);
  const pageFolder = join(folder, 'nextauth-app');
  await buildPage(pageFolder, signal);
  say('nextauth-app is built without variables');
  await usePair(folder, programs);
  say('The packages work as packed.');
} catch (error) {
  console.error(programs.output());
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
} finally {
  await programs.stop();
  await rm(folder, { recursive: true, force: true });
}
