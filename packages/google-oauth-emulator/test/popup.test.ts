import t from 'tap';
import type { Page } from './browser.ts';
import { Browser, CLIENT_ID, CLIENT_SECRET, exchange, REDIRECT_URI, start } from './browser.ts';

const popup = { redirect_uri: 'postmessage', access_type: 'offline' };

function answerIn({ html }: Page): { origins: unknown; response: Record<string, unknown> } {
  const [, origins = '', response = ''] = /data-origins="([^"]*)" data-response="([^"]*)"/.exec(html) ?? [];
  const parse = (text: string): unknown => JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
  return { origins: parse(origins), response: Object(parse(response)) };
}

t.test(
  'redirect_uri=postmessage: the answer goes to pages of the client’s origins, and the code is exchanged',
  async (t) => {
    const emulator = await start(t);
    const browser = new Browser(emulator);
    const chooser = await browser.authorize(popup);
    t.match(chooser.html, 'localhost:3000', 'the app is named after its page');
    const page = await browser.allow(await browser.choose(chooser, 'ada@example.com'));
    t.match(page, { status: 200, app: undefined });
    const { origins, response } = answerIn(page);
    t.same(origins, ['http://localhost:3000', 'http://127.0.0.1:3000']);
    t.match(response, { state: 'the-state', code: /^4\/0A/ });
    const code = String(response.code);
    t.match(await exchange(emulator, code), { status: 400, body: { error: 'redirect_uri_mismatch' } });
    t.match(await exchange(emulator, code, { redirect_uri: 'postmessage' }), {
      status: 200,
      body: { refresh_token: /^1\/\// },
    });
  },
);

t.test('a code of a redirect is not exchanged as one of a popup', async (t) => {
  const emulator = await start(t);
  const code = await new Browser(emulator).signIn(emulator);
  t.match(await exchange(emulator, code, { redirect_uri: 'postmessage' }), {
    status: 400,
    body: { error: 'redirect_uri_mismatch' },
  });
});

t.test('the origins can be named; a client without any has no popup', async (t) => {
  const secret = CLIENT_SECRET;
  const browser = new Browser(
    await start(t, {
      clients: [
        { id: CLIENT_ID, secret, redirectUris: [], javascriptOrigins: ['https://app.example'] },
        { id: 'none', secret, redirectUris: ['com.example.app:/cb'] },
        { id: 'closed', secret, redirectUris: [REDIRECT_URI], javascriptOrigins: [] },
      ],
    }),
  );
  const page = await browser.authorize({ ...popup, prompt: 'none' });
  t.same(answerIn(page), {
    origins: ['https://app.example'],
    response: { state: 'the-state', error: 'login_required' },
  });
  for (const client_id of ['none', 'closed']) {
    t.match(await browser.authorize({ ...popup, client_id }), { status: 400, html: 'redirect_uri_mismatch' });
  }
});
