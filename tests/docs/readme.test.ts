import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startNode } from '@google-bearer/test-kit/node-program';
import { startGoogleEmulator } from 'google-oauth-emulator';
import { type Test, test } from 'tap';
import { pages } from './support/pages.ts';
import { ROOT } from './support/repository.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** A block of code that says of which file it is a copy: `<!-- file:path -->`, a blank line, the block. */
const QUOTED = /<!-- file:(\S+) -->\n\n```\w+\n([\s\S]*?)```/g;

test('code in README and docs is that of the examples', (t) => {
  const quoted = pages().flatMap((page) => [...read(page).matchAll(QUOTED)].map((found) => [page, ...found.slice(1)]));
  for (const [page = '', path = '', code = ''] of quoted) t.equal(code, read(path), `${page} shows ${path} as it is`);
  const marks = pages().flatMap((page) => [...read(page).matchAll(/<!-- file:/g)]);
  t.equal(quoted.length, marks.length, 'no mark stands apart from its block');
  t.end();
});

test('all code of the README comes from the examples', (t) => {
  const readme = read('README.md');
  const code = readme.match(/^```(ts|tsx|js|ini)$/gm) ?? [];
  t.ok(code.length >= 6, `${code.length} blocks`);
  t.equal([...readme.matchAll(QUOTED)].length, code.length);
  t.end();
});

const API = 'examples/fastify-api/';

/** Starts the README's API, as pasted, at any free port; resolves to where it is. */
async function startApi(t: Test, env: Record<string, string>): Promise<string> {
  const folder = t.testdir();
  symlinkSync(join(ROOT, 'apps/api/node_modules'), join(folder, 'node_modules'));
  const files = [...read('README.md').matchAll(QUOTED)].filter(([, path = '']) => path.startsWith(API));
  for (const [, path = '', code = ''] of files) writeFileSync(join(folder, path.slice(API.length)), code);
  const { said } = startNode(t, [join(folder, 'server.ts')], { env: { ...env, PORT: '0' } });
  const [, url = ''] = await said(/Server listening at (http:\/\/127\.0\.0\.1:\d+)/);
  return url;
}

test('the API in the README works as pasted', async (t) => {
  const google = await startGoogleEmulator();
  t.teardown(() => google.close());
  const env = { GOOGLE_CLIENT_ID: google.clients[0]?.id ?? '', GOOGLE_EMULATOR_URL: google.url };
  const url = await startApi(t, env);
  const call = (path: string, token?: string, method = 'GET'): Promise<Response> =>
    fetch(url + path, { method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

  t.equal(await (await call('/healthz')).text(), 'ok');
  const refused = await call('/api/user');
  t.equal(refused.status, 401);
  t.equal(refused.headers.get('www-authenticate'), 'Bearer realm="api"');

  const token = google.mintToken();
  t.equal((await call('/api/user', token)).status, 404, 'nobody has signed in');
  t.equal((await call('/api/user', token, 'POST')).status, 201);
  t.equal((await call('/api/user', token, 'POST')).status, 200);
  const unverified = google.mintToken({ user: 'una@example.net' });
  t.equal((await call('/api/user', unverified, 'POST')).status, 403, 'the address is not verified');
  const scopeless = google.mintToken({ scopes: ['openid'] });
  t.equal((await call('/api/user', scopeless, 'POST')).status, 403);
  t.equal((await call('/api/token', token, 'DELETE')).status, 204);
  t.match(await (await call('/api/user', token)).json(), { code: 'ERR_TOKEN_REVOKED' });
  t.equal((await call('/api/user', google.mintToken())).status, 200, 'another token of the same person is good');
});
