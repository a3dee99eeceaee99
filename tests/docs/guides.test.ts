import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startNode } from '@google-bearer/test-kit/node-program';
import { type GoogleEmulator, startGoogleEmulator } from 'google-oauth-emulator';
import { type Test, test } from 'tap';
import { ROOT, readRepositoryFile } from './support/repository.ts';

const AUDIENCE = 'emulator-client.apps.googleusercontent.com';
const SOURCES = '--conditions=google-bearer-source';
const { NODE_COMPILE_CACHE } = process.env;

/** The code of a guide: a block that names its file is that file, any other stands alone. */
function filesOf(guide: string): Map<string, string> {
  // What is quoted from an example is tested there: `packed` runs it, and readme.test.ts compares the two.
  const page = readRepositoryFile(`docs/guides/${guide}.md`).replaceAll(/<!-- file:\S+ -->\n\n```[\s\S]*?```/g, '');
  const blocks = page.matchAll(/```(tsx?|js)\n(?:\/\/ (\S+\.\w+)\n)?([\s\S]*?)```/g);
  return new Map([...blocks].map(([, ending, path, code = ''], index) => [path ?? `block-${index}.${ending}`, code]));
}

/** A folder with these files, in which the packages are found that an app of this repository depends on. */
function write(t: Test, files: ReadonlyMap<string, string>, app: 'api' | 'web' | 'bench'): string {
  const folder = t.testdir();
  symlinkSync(join(ROOT, 'apps', app, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, code] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  return folder;
}

/** Runs a file of a guide that listens, on any free port, with a local Google. */
async function run(t: Test, guide: string, file: string): Promise<{ origin: string; token: string }> {
  const google = await startGoogleEmulator();
  t.teardown(() => google.close());
  const files = filesOf(guide);
  const code = files.get(file) ?? '';
  const told = code.replace(
    'app.listen({ port: Number(process.env.PORT ?? 4000) });',
    'app.listen({ port: 0 });\nconsole.log(app.listeningOrigin);',
  );
  t.not(told, code);
  const folder = write(t, new Map([[file, told]]), 'api');
  const { said } = startNode(t, [join(folder, file)], {
    env: { PATH: process.env.PATH, GOOGLE_CLIENT_ID: AUDIENCE, GOOGLE_EMULATOR_URL: google.url },
  });
  const [origin] = await said(/^http:\S+$/m);
  return { origin, token: google.mintToken() };
}

async function call(method: string, url: string, token?: string): Promise<unknown[]> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method, headers });
  const body = await response.text();
  return [response.status, /"code":"(\w+)"/.exec(body)?.[1]];
}

test('an existing Fastify API: the server runs as pasted', async (t) => {
  const { origin, token } = await run(t, 'an-existing-fastify-api', 'server.ts');
  t.same(await call('GET', `${origin}/healthz`), [200, undefined]);
  t.same(await call('GET', `${origin}/api/user`), [401, 'ERR_TOKEN_MISSING']);
  t.same(await call('POST', `${origin}/api/user`, token), [201, undefined]);
  t.same(await call('GET', `${origin}/api/user`, token), [200, undefined]);
  t.same(await call('DELETE', `${origin}/api/token`, token), [204, undefined]);
  t.same(await call('GET', `${origin}/api/user`, token), [401, 'ERR_TOKEN_REVOKED']);
  const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' };
  const preflight = await fetch(`${origin}/api/user`, { method: 'OPTIONS', headers });
  t.equal(preflight.headers.get('access-control-allow-origin'), 'http://localhost:3000');
});

test('an existing Fastify API: with its logger, no token from a URL is logged', (t) => {
  const code = [...filesOf('an-existing-fastify-api').values()].find((text) => text.includes('serializers'));
  const requests =
    "await app.inject('/?access_token=ya29.secret');\nawait app.inject('/a/b?x=1&access_token=ya29.secret');";
  const folder = write(t, new Map([['app.ts', `${code}app.get('/', () => 'ok');\n${requests}\n`]]), 'api');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'app.ts')], {
    env: { NODE_COMPILE_CACHE },
    encoding: 'utf8',
  });
  t.equal(status, 0, stderr);
  t.equal(stdout.match(/incoming request/g)?.length, 2);
  t.match(stdout, '/a/b');
  t.notMatch(stdout + stderr, 'ya29');
  t.end();
});

test('CommonJS: the server runs as pasted', async (t) => {
  const { origin, token } = await run(t, 'commonjs', 'server.cjs');
  t.same(await call('GET', `${origin}/api/user`), [401, 'ERR_TOKEN_MISSING']);
  t.same(await call('GET', `${origin}/api/user`, token), [200, undefined]);
});

/** Runs a server of the guide for Express and node:http, on any free port, with a local Google. */
async function runWithGuard(t: Test, file: string): Promise<{ origin: string; google: GoogleEmulator }> {
  const google = await startGoogleEmulator();
  t.teardown(() => google.close());
  const files = filesOf('express-or-node-http');
  const code = files.get(file) ?? '';
  const told = code.replace(
    'listen(Number(process.env.PORT ?? 4000));',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
    'listen(0, function () {\n  console.log(`http://127.0.0.1:${this.address().port}`);\n});',
  );
  t.not(told, code);
  // The benchmark has Express.
  const folder = write(t, new Map([...files, [file, told]]), 'bench');
  const { said } = startNode(t, [join(folder, file)], {
    env: { PATH: process.env.PATH, GOOGLE_CLIENT_ID: AUDIENCE, GOOGLE_EMULATOR_URL: google.url },
  });
  const [origin] = await said(/^http:\S+$/m);
  return { origin, google };
}

for (const file of ['express-server.ts', 'http-server.ts']) {
  test(`Express or node:http: ${file} runs as pasted`, async (t) => {
    const { origin, google } = await runWithGuard(t, file);
    const answer = async (authorization?: string, path = '/api/user'): Promise<unknown[]> => {
      const response = await fetch(origin + path, { headers: authorization === undefined ? {} : { authorization } });
      const { code } = await response.json();
      const { headers, status } = response;
      return [status, code, headers.get('www-authenticate')?.replace(/, error_description="[^"]*"/, '')];
    };
    const token = google.mintToken();
    const bare = 'Bearer realm="api"';
    t.same(await answer(), [401, 'ERR_TOKEN_MISSING', bare]);
    t.same(await answer('Basic abc'), [401, 'ERR_TOKEN_MISSING', bare]);
    t.same(await answer(`Bearer-like ${token}`), [401, 'ERR_TOKEN_MISSING', bare]);
    t.same(await answer('Bearer'), [400, 'ERR_TOKEN_MALFORMED', `${bare}, error="invalid_request"`]);
    t.same(await answer('Bearer a b'), [400, 'ERR_TOKEN_MALFORMED', `${bare}, error="invalid_request"`]);
    t.same(await answer('Bearer ya29.nobody'), [401, 'ERR_TOKEN_INVALID', `${bare}, error="invalid_token"`]);
    t.same(await answer(`Bearer ${token}`), [200, undefined, undefined]);
    t.same(await answer(`bEARER  ${token}`), [200, undefined, undefined]);
    const lacks = [403, 'ERR_TOKEN_SCOPE', `${bare}, error="insufficient_scope", scope="email"`];
    t.same(await answer(`Bearer ${google.mintToken({ scopes: ['openid'] })}`, '/api/email'), lacks);
    google.faults.set({ path: '/tokeninfo', kind: 'status', status: 503 });
    const response = await fetch(`${origin}/api/user`, { headers: { authorization: `Bearer ${google.mintToken()}` } });
    t.same([response.status, response.headers.get('retry-after')], [503, '1']);
  });
}

test('testing your routes: the tests pass as pasted', (t) => {
  const folder = write(t, filesOf('testing-your-routes'), 'api');
  const args = [SOURCES, '--test-reporter=tap', join(folder, 'app.test.ts')];
  const { status, stdout } = spawnSync(process.execPath, args, { env: { NODE_COMPILE_CACHE }, encoding: 'utf8' });
  t.equal(status, 0, stdout);
  t.match(stdout, /# pass 5\n/);
  t.end();
});

const STRICT = {
  strict: true,
  noEmit: true,
  noUncheckedIndexedAccess: true,
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
  moduleDetection: 'force',
  customConditions: ['google-bearer-source'],
  jsx: 'react-jsx',
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: ['node'],
};

/** How an app is compiled: one that Node runs, and one of Next.js. */
const MODULES = {
  api: { module: 'nodenext' },
  web: { module: 'esnext', moduleResolution: 'bundler' },
} as const;

/** What the guides leave to the reader. */
const APP = "import type { FastifyInstance } from 'fastify';\ndeclare global {\n  const app: FastifyInstance;\n}";
const ADAPTER = "import type { Adapter } from 'next-auth/adapters';\nexport declare const adapter: Adapter;";

for (const [app, guides] of [
  ['api', ['an-existing-fastify-api', 'testing-your-routes', 'express-or-node-http']],
  ['web', ['an-existing-nextauth-app']],
] as const) {
  test(`the code compiles as pasted: ${guides.join(', ')}`, (t) => {
    const compilerOptions = { ...STRICT, ...MODULES[app] };
    const files = new Map([
      ['package.json', '{ "type": "module" }'],
      ['tsconfig.json', JSON.stringify({ compilerOptions, include: ['**/*.ts', '**/*.tsx'] })],
    ]);
    for (const guide of guides) {
      // Playwright and the types of Express are not installed here. The tests of the one are those of the browser; the other is run above.
      const own = [...filesOf(guide)].filter(([, code]) => !/'(@playwright\/test|express)'/.test(code));
      t.ok(own.length >= 2, `${guide}: ${own.length} files`);
      for (const [path, code] of own) files.set(`${guide}/${path}`, code);
    }
    if (app === 'api') files.set('app-of-the-reader.ts', APP);
    else files.set('an-existing-nextauth-app/src/adapter.ts', ADAPTER);
    const folder = write(t, files, app);
    // The file behind bin/tsc, whose missing extension the loader that tap gives to children cannot cope with.
    const tsc = join(ROOT, 'node_modules/typescript/lib/tsc.js');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    t.same([status, stdout], [0, '']);
    t.end();
  });
}
