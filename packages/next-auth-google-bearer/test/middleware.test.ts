import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { NextRequest, type NextResponse } from 'next/server.js';
import { type Test, test } from 'tap';
import { type App, signedIn, startApp } from './support/app.ts';
import { Browser } from './support/browser.ts';
import { moveClock } from './support/clock.ts';
import { listen } from './support/server.ts';

type Proxy = (request: NextRequest) => Promise<NextResponse>;

/** The middleware in the README, as pasted. */
async function readmeProxy(t: Test): Promise<Proxy> {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const code = /```ts\n\/\/ src\/proxy\.ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const dir = t.testdir({
    node_modules: t.fixture('symlink', new URL('../node_modules', import.meta.url).pathname),
    'package.json': '{"type":"module"}',
    // Node wants the ending that Next.js adds by itself.
    'proxy.ts': code.replace("'next/server'", "'next/server.js'"),
  });
  const module: { proxy: Proxy } = await import(pathToFileURL(`${dir}/proxy.ts`).href);
  return module.proxy;
}

function requestOf(app: App, browser: Browser, headers: Record<string, string> = {}): NextRequest {
  const cookie = [...browser.cookies(app.url)].map(([name, value]) => `${name}=${value}`).join('; ');
  return new NextRequest(`${app.url}/backend/api/user?x=1`, {
    headers: { 'sec-fetch-site': 'same-origin', cookie, ...headers },
  });
}

test('the middleware in the README sends a token that lives, also after hours', async (t) => {
  const app = await startApp(t);
  process.env.API_URL = app.api.url;
  const proxy = await readmeProxy(t);
  const browser = await signedIn(app);
  const first = await app.jwt(browser);
  moveClock(t, 7_200_000);
  const { headers } = await proxy(requestOf(app, browser));
  const sent = headers.get('x-middleware-request-authorization')?.replace('Bearer ', '');
  t.type(sent, 'string');
  t.not(sent, first?.accessToken, 'renewed');
  t.equal((await app.session(browser)).accessToken, sent);
  t.equal(app.refreshes(), 1);
  t.equal(headers.get('x-middleware-rewrite'), `${app.api.url}/api/user?x=1`);
  t.notOk(headers.get('x-middleware-override-headers')?.split(',').includes('cookie'), 'without this site’s cookies');
  t.match(headers.getSetCookie().join(), 'next-auth.session-token=', 'and the browser gets the new one');
});

test('nobody signed in, another site, and a site of our own that is away', async (t) => {
  const app = await startApp(t);
  const proxy = await readmeProxy(t);
  t.equal((await proxy(requestOf(app, new Browser()))).status, 401);
  const browser = await signedIn(app);
  t.equal((await proxy(requestOf(app, browser, { 'sec-fetch-site': 'cross-site' }))).status, 403);
  process.env.NEXTAUTH_URL = await listen(t, (_, response) => response.writeHead(500).end());
  t.equal((await proxy(requestOf(app, browser))).status, 503);
});
