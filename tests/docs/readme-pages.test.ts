import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { noBrowser } from '@google-bearer/test-kit/chromium';
import { reservedPort } from '@google-bearer/test-kit/ports';
import { startGoogleEmulator } from 'google-oauth-emulator';
import t, { type Test, test } from 'tap';
import { redirectUriOf } from '../../apps/stack/src/google-client.ts';
import { machineEnv } from '../../apps/stack/src/part-env.ts';
import { webArgs } from '../../apps/stack/src/programs.ts';
import { Service } from '../../apps/stack/src/service.ts';
import { openBrowser } from '../browser/support/person.ts';
import { builtWeb } from '../system/support/built-web.ts';
import { CLIENT, NEXTAUTH_SECRET } from '../system/support/system.ts';
import { WITH_BUILD_MS } from '../system/support/time-limit.ts';
import { ROOT } from './support/repository.ts';

t.setTimeout(WITH_BUILD_MS);

const README = join(ROOT, 'packages/next-auth-google-bearer/README.md');

/** An application of the README's files (their types are checked by the package's own test), each named in its first line, with a local Google for the real one. */
function writeApplication(t: Test, googleUrl: string): string {
  const files = [...readFileSync(README, 'utf8').matchAll(/```tsx?\n\/\/ (src\/\S+)\n([\s\S]*?)```/g)];
  t.ok(files.length >= 4, `${files.length} files`);
  const folder = t.testdir();
  for (const [, path = '', code = ''] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code.replace(/(googleBearerAuth|grantHandler)\(\{/, `$&\n  endpoints: '${googleUrl}',`));
  }
  symlinkSync(join(ROOT, 'apps/web/node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  // Nobody looks at source maps here, and they are a fifth of the work.
  const experimental = { turbopackSourceMaps: false, turbopackInputSourceMaps: false };
  const config = JSON.stringify({ turbopack: { root: ROOT }, experimental });
  writeFileSync(join(folder, 'next.config.mjs'), `export default ${config};`);
  return folder;
}

/** An API that says with what it was called. */
async function startApi(t: Test): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*').setHeader('access-control-allow-headers', 'authorization');
    response.end(`${request.method} ${request.headers.authorization ? 'with' : 'without'} a token`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

test('the pages in the README of next-auth-google-bearer work as pasted', { skip: noBrowser }, async (t) => {
  // The packages have to be built, by one test at a time.
  await builtWeb();
  const port = await reservedPort();
  const webUrl = `http://localhost:${port}`;
  const google = await startGoogleEmulator({ clients: [{ ...CLIENT, redirectUris: [redirectUriOf(webUrl)] }] });
  t.teardown(() => google.close());
  const cwd = writeApplication(t, google.url);
  const env = {
    ...machineEnv(process.env),
    NODE_OPTIONS: undefined,
    NEXT_TELEMETRY_DISABLED: '1',
    GOOGLE_CLIENT_ID: CLIENT.id,
    GOOGLE_CLIENT_SECRET: CLIENT.secret,
    API_URL: await startApi(t),
    NEXTAUTH_URL: webUrl,
    NEXTAUTH_SECRET,
  };
  const printed: string[] = [];
  const web = new Service({
    name: 'web',
    args: webArgs(port, { dev: true }),
    cwd,
    env,
    readyUrl: `http://127.0.0.1:${port}/api/auth/providers`,
    stopWithinMs: 1000,
    print: (line) => void printed.push(line),
  });
  t.teardown(() => web.stop());
  await web.ready();

  const ada = await (await openBrowser()).newPerson(t, webUrl);
  // The browser asks for an icon, which the README says nothing about.
  await ada.page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  await ada.signIn();
  await ada.page.getByRole('button', { name: 'Who am I?' }).click();
  await ada.sees('GET with a token');
  const grant = await ada.page.evaluate(async () => (await fetch('/api/grant', { method: 'DELETE' })).status);
  t.equal(grant, 204);
  t.notOk(printed.join('\n').includes('ya29.'));
});
