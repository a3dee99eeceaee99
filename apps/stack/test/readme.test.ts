import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

const ROOT = join(import.meta.dirname, '../../..');

test('the code in the README works as pasted', async (t) => {
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  const folder = t.testdir();
  symlinkSync(join(ROOT, 'apps/api/node_modules'), join(folder, 'node_modules'));
  // The port alone is changed, since the usual one may be taken; and the server says where it is.
  const listening = code.replace('port: 4000', 'port: 0');
  t.not(listening, code);
  writeFileSync(join(folder, 'server.ts'), `${listening}\nconsole.log(app.listeningOrigin);\n`);
  const child = spawn(process.execPath, ['--conditions=google-bearer-source', join(folder, 'server.ts')], {
    env: { GOOGLE_CLIENT_ID: 'client.apps.googleusercontent.com' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [url] = await once(child.stdout.setEncoding('utf8'), 'data');
  const origin = String(url).trim();
  t.equal(await (await fetch(`${origin}/healthz`)).text(), 'ok');
  const refused = await fetch(`${origin}/api/me`);
  t.equal(refused.status, 401);
  t.equal(refused.headers.get('www-authenticate'), 'Bearer realm="api"');
});
