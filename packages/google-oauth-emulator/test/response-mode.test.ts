import t from 'tap';
import { Browser, exchange, formWith, REDIRECT_URI, start } from './browser.ts';

t.test('query is the default, and may be asked for', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const chooser = await browser.authorize({ response_mode: 'query' });
  const { app } = await browser.allow(await browser.choose(chooser, 'ada@example.com'));
  t.equal(app?.hash, '');
  t.ok(app?.searchParams.get('code'));
});

t.test('fragment: the answer stands behind the #, and nothing in the query', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const chooser = await browser.authorize({ response_mode: 'fragment' });
  const { app } = await browser.allow(await browser.choose(chooser, 'ada@example.com'));
  t.equal(app?.search, '');
  const answer = new URLSearchParams(app?.hash.slice(1));
  t.equal(answer.get('state'), 'the-state');
  t.equal((await exchange(emulator, answer.get('code') ?? '')).status, 200);
  const denied = await browser.authorize({
    response_mode: 'fragment',
    prompt: 'none',
    login_hint: 'nobody@example.com',
  });
  t.equal(denied.app?.search, '');
  t.equal(denied.app?.hash, '#state=the-state&error=interaction_required');
});

t.test('form_post: a page with a form for the app, which works with and without scripts', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const chooser = await browser.authorize({ response_mode: 'form_post' });
  const page = await browser.allow(await browser.choose(chooser, 'ada@example.com'));
  t.match(page, { status: 200, app: undefined });
  const { action, fields } = formWith(page, 'name="code"');
  t.equal(action, REDIRECT_URI);
  t.equal(fields.get('state'), 'the-state');
  t.match(page.html, '<button class="button first">Continue</button>');
  t.notMatch(page.html, /<script(?![^>]* src=)/, 'no inline script, which the policy would refuse');
  t.equal((await exchange(emulator, fields.get('code') ?? '')).status, 200);
});

t.test('form_post tells mistakes and a Cancel in a form too, and escapes what the app sent', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const state = '"><script>alert(1)</script>';
  const wrong = await browser.authorize({ response_mode: 'form_post', state, response_type: 'token' });
  t.equal(formWith(wrong, 'name="error"').fields.get('error'), 'unsupported_response_type');
  t.notMatch(wrong.html, '<script>alert');
  const consent = await browser.choose(await browser.authorize({ response_mode: 'form_post' }), 'ada@example.com');
  const cancelled = await browser.submit(consent, ['decision', 'deny']);
  t.equal(formWith(cancelled, 'name="error"').fields.get('error'), 'access_denied');
});

t.test('another mode is a mistake of the app', async (t) => {
  const browser = new Browser(await start(t));
  for (const response_mode of ['jwt', 'web_message', 'FORM_POST', 'query fragment']) {
    const { app } = await browser.authorize({ response_mode });
    t.equal(app?.searchParams.get('error'), 'invalid_request', response_mode);
  }
});
