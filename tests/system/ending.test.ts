import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { occupy } from '@google-bearer/test-kit/occupy';
import { CAN_LIST, childrenOf, groupsEnded } from '@google-bearer/test-kit/processes';
import t, { type Test, test } from 'tap';
import { type Stack, spawnStack, startStack } from './support/stack.ts';
import { WITH_BUILD_MS } from './support/time-limit.ts';

t.setTimeout(WITH_BUILD_MS);

const skip = CAN_LIST ? false : 'the processes can be listed on Linux only';

test('says why the API does not start, and leaves nothing running', async (t) => {
  const stack = await spawnStack(t, { env: { LOG_LEVEL: 'loud' }, file: 'MAX_STALENESS_MS=-1' });
  t.equal(await stack.exited, 1);
  t.match(stack.output(), /LOG_LEVEL: /);
  t.match(stack.output(), /MAX_STALENESS_MS: /, 'what .env says reaches the API');
  t.match(stack.output(), /api did not start/);
});

test('says what is wrong with .env before anything is started', async (t) => {
  const stack = await spawnStack(t, { file: 'GOOGLE_CLIENT_ID=123-abc.apps.googleusercontent.com' });
  t.equal(await stack.exited, 1);
  t.match(stack.output(), /GOOGLE_CLIENT_SECRET is missing/);
  t.notMatch(stack.output(), /Starting|123-abc/);
});

test('with the real Google it stops when its port is taken: on another one nobody could sign in', async (t) => {
  const port = await occupy(t);
  const file = 'GOOGLE_CLIENT_ID=123-abc.apps.googleusercontent.com\nGOOGLE_CLIENT_SECRET=GOCSPX-0123456789';
  const stack = await spawnStack(t, { env: { WEB_PORT: String(port) }, file });
  t.equal(await stack.exited, 1);
  t.match(stack.output(), `WEB_PORT: port ${port} is taken`);
  t.match(stack.output(), `http://localhost:${port}/api/auth/callback/google`);
  t.notMatch(stack.output(), /Starting|123-abc|GOCSPX/);
});

test('a part that ends by itself ends the rest', { skip }, async (t) => {
  const stack = await startStack(t);
  const { api, web } = await partsOf(t, stack);
  process.kill(web, 'SIGKILL');
  t.equal(await stack.exited, 1);
  t.match(stack.output(), /web has ended; its own words are above/);
  await t.resolves(groupsEnded(api, web));
});

test('Ctrl-C while the API starts', { skip }, async (t) => {
  const stack = await spawnStack(t);
  await stack.said(/Starting the API/);
  await ends(t, stack, 1);
});

test('Ctrl-C while the web client starts', { skip }, async (t) => {
  const stack = await spawnStack(t);
  await stack.said(/Starting the web client/);
  await ends(t, stack, 2);
});

test('stopping leaves nobody behind, and the secret of the cookies is kept', { skip }, async (t) => {
  const stack = await startStack(t);
  const { api, web } = await partsOf(t, stack);
  const secret = readFileSync(join(t.testdirName, 'data/nextauth-secret'), 'utf8').trim();
  t.match(secret, /^[\w-]{43}$/);
  const [ofApi, ofWeb] = [api, web].map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8'));
  t.notMatch(ofApi, secret, 'the API does not get the secret of the cookies');
  t.notMatch(ofApi, /SECRET/);
  t.equal(await stack.stop('SIGHUP'), 0);
  await t.resolves(groupsEnded(api, web));
  t.notMatch(stack.output(), secret);
  t.ok(ofWeb);
});

/** Ctrl-C once this many parts have been started. */
async function ends(t: Test, stack: Stack, parts: number): Promise<void> {
  let children = await childrenOf(stack.pid);
  while (children.length < parts) {
    // Without a pause, looking would take a core from what is looked for.
    await sleep(20);
    children = await childrenOf(stack.pid);
  }
  t.equal(await stack.stop('SIGINT'), 0);
  t.match(stack.output(), /Stopping/);
  t.notMatch(stack.output(), /its own words/, 'nobody is blamed');
  await t.resolves(groupsEnded(...children.map(({ pid }) => pid)));
}

async function partsOf(t: Test, stack: Stack): Promise<{ api: number; web: number }> {
  const children = await childrenOf(stack.pid);
  t.equal(children.length, 2);
  const find = (pattern: RegExp): number => children.find(({ command }) => pattern.test(command))?.pid ?? 0;
  const parts = { api: find(/apps\/api/), web: find(/next/) };
  t.ok(parts.api && parts.web);
  return parts;
}
