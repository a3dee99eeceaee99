import { createHash } from 'node:crypto';
import t from 'tap';
import { authorizationPath, Browser, start } from './browser.ts';

t.test('what people typed is never taken for HTML', async (t) => {
  const evil = '"><script>alert(1)</script>';
  const emulator = await start(t, { users: [{ email: 'a@example.com', name: evil }] });
  const browser = new Browser(emulator);
  const chooser = await browser.authorize({ login_hint: evil, scope: `openid ${evil}` });
  const consent = await browser.choose(chooser, 'a@example.com');
  const pages = [chooser, consent, await browser.authorize({ client_id: evil }), await browser.open('/')];
  for (const { html } of pages) {
    t.match(html, '&lt;script&gt;');
    t.notMatch(html, '<script');
  }
  const portrait = await fetch(`${emulator.url}/portrait?user=${emulator.users[0]?.sub}`);
  t.match(await portrait.text(), '>&quot;</text>');
});

t.test('every page is labelled, and its policy allows its own style and nothing else', async (t) => {
  const emulator = await start(t);
  for (const path of ['/', authorizationPath(), authorizationPath({ client_id: 'x' })]) {
    const response = await fetch(emulator.url + path);
    const html = await response.text();
    t.match(html, /<html lang="en">/);
    t.match(html, /<title>[^<]+ · Google OAuth emulator<\/title>/);
    t.match(html, 'Local emulator, not Google.');
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    t.equal(
      response.headers.get('content-security-policy'),
      `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'`,
    );
    t.notMatch(html, / style="/, 'the policy would ignore it');
  }
});

t.test('every field has a label', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const chooser = await browser.authorize({ scope: 'openid https://www.googleapis.com/auth/drive.file custom' });
  const consent = await browser.choose(chooser, 'ada@example.com');
  for (const { html } of [chooser, consent]) {
    const fields = [...html.matchAll(/<input (?![^>]*type="hidden")[^>]*>/g)];
    t.ok(fields.length > 0);
    for (const [field] of fields) {
      const id = /id="([^"]+)"/.exec(field)?.[1];
      t.match(html, `<label for="${id}">`);
    }
  }
});
