import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { noBrowser } from '@google-bearer/test-kit/chromium';
import t, { type Test } from 'tap';
import { authorizationPath, CLIENT_ID, CLIENT_SECRET, postForm, start } from './browser.ts';
import { openContext } from './chromium.ts';

/** An app: it keeps what is posted to it, and its page can open a popup and listen. */
async function startApp(t: Test) {
  const posted: { origin: string | undefined; fields: URLSearchParams }[] = [];
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      posted.push({ origin: request.headers.origin, fields: new URLSearchParams(await text(request)) });
    }
    response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><title>app</title><p>the app</p>');
  });
  server.listen(0, '127.0.0.1');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${Object(server.address()).port}/`, posted };
}

for (const javaScriptEnabled of [true, false]) {
  const name = javaScriptEnabled ? 'sends itself' : 'is sent by its button where scripts are off';
  t.test(`form_post ${name}, and the app can tell who sent it`, { skip: noBrowser }, async (t) => {
    const app = await startApp(t);
    const clients = [{ id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris: [app.url] }];
    const emulator = await start(t, { clients });
    const page = await (await openContext(t, { javaScriptEnabled })).newPage();
    const parameters = { response_mode: 'form_post', redirect_uri: app.url };
    await page.goto(emulator.url + authorizationPath(parameters));
    await page.getByRole('button', { name: 'Ada Lovelace' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    if (!javaScriptEnabled) {
      await page.getByRole('heading', { name: 'Back to' }).waitFor();
      t.equal(app.posted.length, 0);
      await page.getByRole('button', { name: 'Continue' }).click();
    }
    await page.getByText('the app').waitFor();
    t.equal(page.url(), app.url);
    const [post] = app.posted;
    t.equal(app.posted.length, 1);
    t.equal(post?.origin, emulator.url, 'a real Origin and not null');
    t.equal(post?.fields.get('state'), 'the-state');
    const code = post?.fields.get('code') ?? '';
    const form = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, grant_type: 'authorization_code', code };
    t.equal((await postForm(emulator, '/token', { ...form, redirect_uri: app.url })).status, 200);
  });
}

t.test(
  'a popup hands its answer to the page that opened it, and to no page of another origin',
  { skip: noBrowser },
  async (t) => {
    const [app, other] = [await startApp(t), await startApp(t)];
    const emulator = await start(t, {
      clients: [
        { id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris: [], javascriptOrigins: [new URL(app.url).origin] },
      ],
    });
    const url = emulator.url + authorizationPath({ redirect_uri: 'postmessage', access_type: 'offline' });
    const context = await openContext(t, { expected: [/target origin provided .* does not match/] });
    const opener = async (pageUrl: string) => {
      const page = await context.newPage();
      await page.goto(pageUrl);
      const [popup] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate((target) => {
          const messages: unknown[] = [];
          Object.assign(window, { messages });
          window.addEventListener('message', ({ origin, data }) => messages.push({ origin, data }));
          Object.assign(window, { popup: window.open(target, 'popup', 'width=500,height=600') });
        }, url),
      ]);
      return { page, popup };
    };

    const { page, popup } = await opener(app.url);
    await popup.getByRole('button', { name: 'Ada Lovelace' }).click();
    const closed = popup.waitForEvent('close');
    await popup.getByRole('button', { name: 'Continue' }).click();
    await closed;
    await page.waitForFunction(() => Reflect.get(window, 'messages').length > 0);
    const [message] = await page.evaluate(() => Reflect.get(window, 'messages'));
    t.match(message, {
      origin: emulator.url,
      data: { type: 'authorization_response', response: { state: 'the-state', code: /^4\/0A/, scope: /openid/ } },
    });
    const form = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET, grant_type: 'authorization_code' };
    const exchange = { ...form, code: message.data.response.code, redirect_uri: 'postmessage' };
    t.match(await postForm(emulator, '/token', exchange), { status: 200, body: { refresh_token: /^1\/\// } });

    // Ada is signed in and has agreed by now: the popup answers at once. Chromium says in the console that it drops it.
    const stranger = await opener(other.url);
    await stranger.page.waitForFunction(() => Reflect.get(window, 'popup').closed === true);
    t.same(await stranger.page.evaluate(() => Reflect.get(window, 'messages')), []);
  },
);

t.test('an answer for a popup in a window that nobody opened stays there', { skip: noBrowser }, async (t) => {
  const emulator = await start(t);
  const page = await (await openContext(t)).newPage();
  await page.goto(emulator.url + authorizationPath({ redirect_uri: 'postmessage', prompt: 'none' }));
  await page.getByText('No page is waiting for the answer.').waitFor();
});
