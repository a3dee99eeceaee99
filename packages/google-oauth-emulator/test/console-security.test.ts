import { once } from 'node:events';
import { createServer } from 'node:http';
import { noBrowser } from '@google-bearer/test-kit/chromium';
import t, { type Test } from 'tap';
import { CLIENT_ID, CLIENT_SECRET, start } from './browser.ts';
import { openConsole, openContext } from './chromium.ts';

/** A page elsewhere: another origin, and under `localhost` the same site as an emulator there. */
async function startPage(t: Test, hostname: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><title>elsewhere</title><p>elsewhere</p>');
  });
  server.listen(0, '127.0.0.1');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return `http://${hostname}:${Object(server.address()).port}/`;
}

const CONTROL = [
  ['POST', 'tokens', '{}'],
  ['POST', 'faults', '{"path":"*","kind":"hang"}'],
  ['POST', 'clock', '{"advanceMs":3600000}'],
  ['POST', 'session', '{"user":"ada@example.com"}'],
  ['DELETE', 'faults', ''],
  ['DELETE', 'clock', ''],
  ['DELETE', 'calls', ''],
  ['DELETE', 'session', ''],
  ['DELETE', 'grants?user=ada@example.com', ''],
  ['GET', 'users', ''],
  ['GET', 'clients', ''],
  ['GET', `clients/secret?client=${CLIENT_ID}`, ''],
  ['GET', 'calls', ''],
  ['GET', 'faults', ''],
  ['GET', 'clock', ''],
  ['GET', 'about', ''],
] as const;

for (const [name, pageHost, emulatorHost] of [
  ['another site', '127.0.0.1', 'localhost'],
  ['another port of the same site', 'localhost', 'localhost'],
] as const) {
  t.test(`a page of ${name} can neither drive nor read the control requests`, { skip: noBrowser }, async (t) => {
    const emulator = await start(t, { host: emulatorHost });
    const token = emulator.mintToken();
    emulator.faults.set({ path: '/revoke', kind: 'hang' });
    emulator.clock.advance(60_000);
    await fetch(`${emulator.url}/tokeninfo`);
    const context = await openContext(t, { expected: [/blocked by CORS policy/] });
    const page = await context.newPage();
    const elsewhere = await startPage(t, pageHost);
    await page.goto(elsewhere);
    const outcomes = await page.evaluate(
      async ({ base, requests }) => {
        const outcomes: string[] = [];
        for (const [method, path, body] of requests) {
          for (const mode of ['cors', 'no-cors'] as const) {
            for (const type of ['application/json', 'text/plain']) {
              const init: RequestInit = { method, mode, credentials: 'include' };
              if (method !== 'GET') Object.assign(init, { headers: { 'content-type': type }, body });
              const outcome = await fetch(base + path, init).then(
                async (answer) => `${answer.type} ${await answer.text()}`,
                () => 'refused',
              );
              outcomes.push(outcome.trim());
            }
          }
        }
        return [...new Set(outcomes)];
      },
      { base: `${emulator.url}/__emulator/`, requests: CONTROL },
    );
    for (const outcome of outcomes) t.ok(['refused', 'opaque'].includes(outcome), outcome);

    // What needs no leave to be sent: forms with every encoding, and what a page embeds.
    const loaded = await page.evaluate(
      async ({ base }) => {
        const outcome = (element: HTMLElement): Promise<string> =>
          new Promise((resolve) => {
            element.onload = () => resolve('loaded');
            element.onerror = () => resolve('refused');
            document.body.append(element);
          });
        const image = Object.assign(new Image(), { src: `${base}calls` });
        const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${base}users` });
        const script = Object.assign(document.createElement('script'), { src: `${base}clients` });
        return [await outcome(image), await outcome(style), await outcome(script)];
      },
      { base: `${emulator.url}/__emulator/` },
    );
    t.same(loaded, ['refused', 'refused', 'refused']);
    for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      await page.goto(elsewhere);
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.url().includes('/__emulator/')),
        page.waitForURL('**/__emulator/clock'),
        page.evaluate(
          ({ action, type }) => {
            const form = Object.assign(document.createElement('form'), { method: 'post', action, enctype: type });
            form.append(Object.assign(document.createElement('input'), { name: '{"advanceMs":1,"x":"', value: '"}' }));
            document.body.append(form);
            form.submit();
          },
          { action: `${emulator.url}/__emulator/clock`, type: enctype },
        ),
      ]);
      t.equal(answer.status(), 403, enctype);
    }
    t.match(emulator.faults.active(), [{ path: '/revoke', kind: 'hang' }]);
    t.equal(emulator.clock.aheadMs(), 60_000);
    t.equal(emulator.calls[0]?.path, '/tokeninfo', 'the list was not cleared');
    t.equal((await fetch(`${emulator.url}/tokeninfo?access_token=${token}`)).status, 200, 'no grant has ended');
    t.same(await context.cookies(), [], 'nobody was signed in');
  });
}

t.test('the console shows itself in no frame, and not to the page that opens it', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const context = await openContext(t);
  const page = await context.newPage();
  await page.goto(await startPage(t, '127.0.0.1'));
  const [console] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate((url) => {
      Object.assign(window, { opened: window.open(url) });
    }, emulator.url),
  ]);
  await console.locator('body[data-ready]').waitFor();
  await page.waitForFunction(() => Reflect.get(window, 'opened')?.closed === true);
  t.equal(await console.evaluate(() => window.opener), null);
  const answer = await fetch(emulator.url);
  t.match(answer.headers.get('content-security-policy'), "frame-ancestors 'none'");
});

t.test('a link leads to the console, and the console then works', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const context = await openContext(t);
  const page = await context.newPage();
  await page.goto(await startPage(t, 'localhost'));
  await page.evaluate((url) => {
    window.location.href = url;
  }, emulator.url);
  await page.locator('body[data-ready]').waitFor();
  await page.getByRole('button', { name: `Show secret of ${CLIENT_ID}` }).click();
  t.equal(await page.getByLabel('Client secret').inputValue(), CLIENT_SECRET);
});

t.test('under a name that leads here by DNS rebinding there is no console', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const { port } = new URL(emulator.url);
  const context = await openContext(t);
  const page = await context.newPage();
  // Chromium takes every name below localhost for this machine, as a rebound name would be.
  for (const path of ['', '__emulator/users', '__emulator/clients', '__emulator/calls']) {
    const answer = await page.goto(`http://evil.localhost:${port}/${path}`);
    t.equal(answer?.status(), 403, path);
    t.notMatch(await page.content(), /ada@example\.com|GOCSPX/);
  }
  t.ok(await openConsole(context, emulator.url));
});
