import { createHash } from 'node:crypto';
import t from 'tap';
import { authorizationPath, Browser, start } from './browser.ts';

t.test('what people typed is never taken for HTML', async (t) => {
  const evil = '"><script>alert(1)</script>';
  const emulator = await start(t, { users: [{ email: 'a@example.com', name: evil }] });
  const browser = new Browser(emulator);
  const chooser = await browser.authorize({ login_hint: evil, scope: `openid https://evil.example/${evil}` });
  const consent = await browser.choose(chooser, 'a@example.com');
  const pages = [
    chooser,
    consent,
    await browser.authorize({ client_id: evil }),
    await browser.authorize({ scope: evil }),
  ];
  for (const { html } of pages) {
    t.match(html, '&lt;script&gt;');
    t.notMatch(html, '<script');
  }
  const portrait = await fetch(`${emulator.url}/portrait?user=${emulator.users[0]?.sub}`);
  t.match(await portrait.text(), '>&quot;</text>');
});

t.test('every page is labelled, and its policy allows its own style and nothing else', async (t) => {
  const emulator = await start(t);
  for (const path of [authorizationPath(), authorizationPath({ client_id: 'x' })]) {
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

t.test(
  'the console is labelled too; its policy allows the emulator’s own files and requests, and nothing inline',
  async (t) => {
    const emulator = await start(t);
    const response = await fetch(emulator.url);
    const html = await response.text();
    t.match(html, '<html lang="en">');
    t.match(html, 'Local emulator, not Google.');
    t.equal(
      response.headers.get('content-security-policy'),
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    t.notMatch(html, / (style|on\w+)="|<style|<script(?![^>]* src="\/assets\/)/, 'the policy would refuse it');
    const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    t.ok(files.length >= 3);
    for (const path of files) {
      const file = await fetch(emulator.url + path);
      t.equal(file.status, 200, path);
      t.equal(file.headers.get('x-content-type-options'), 'nosniff');
      t.match(file.headers.get('content-type'), path.endsWith('.js') ? 'text/javascript' : 'text/css');
    }
  },
);

t.test('nothing but the listed files is served', async (t) => {
  const emulator = await start(t);
  for (const path of ['/assets/', '/assets/../package.json', '/assets/%2e%2e/package.json', '/assets/console.html']) {
    t.equal((await fetch(emulator.url + path)).status, 404, path);
  }
});

t.test('the pages that send an answer on run the emulator’s script files alone', async (t) => {
  const emulator = await start(t);
  for (const more of [{ response_mode: 'form_post' }, { redirect_uri: 'postmessage' }]) {
    const response = await fetch(emulator.url + authorizationPath({ prompt: 'none', ...more }));
    t.match(response.headers.get('content-security-policy'), /^default-src 'none'; .*; script-src 'self'$/);
    t.match(await response.text(), /<script src="\/assets\/[\w-]+\.js" defer><\/script>/);
  }
});

t.test('every field has a label', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const chooser = await browser.authorize({
    scope: 'openid https://www.googleapis.com/auth/drive.file https://mail.google.com/',
  });
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
