import t, { test } from 'tap';
import { startSystem } from './support/system.ts';
import { WITH_BUILD_MS } from './support/time-limit.ts';

t.setTimeout(WITH_BUILD_MS);

/** Paths that look like what Next.js serves as a file, or answers before any page, and are none. */
const LOOK_LIKE_FILES = [
  '/_next/static/',
  '/_next/static/nope',
  '/_next/static/nope.js',
  '/_next/static/chunks/nope.js',
  '/_next/static/chunks/../../../nope',
  '/_next/static/css/nope.css',
  '/_next/static/media/nope.woff2',
  '/_next/static//nope.js',
  '/_next/staticnope',
  '/_next/image',
  '/_next/image/nope',
  '/_next/imagenope',
  '/_next/nope',
  '/_next/data/nope/index.json',
  '/_next',
  '/icon.svg/',
  '/icon.svg/nope',
  '/icon.svgx',
  '/nope/icon.svg',
  '/nope%2ficon.svg',
  '/%5fnext/static/nope.js',
  '/_next%2fstatic/nope.js',
  '/_NEXT/static/nope.js',
  '/favicon.ico',
  '/robots.txt',
  '/nope.js',
  '/api/nope',
  '/nope?x=/_next/static/nope.js',
  '/%',
  '/%E0%A4%A',
  '/_next/static/%',
  '/_next/image?url=%2Ficon.svg&w=1&q=1',
] as const;

async function get(url: string): Promise<{ readonly response: Response; readonly body: string }> {
  const response = await fetch(url, { redirect: 'manual' });
  return { response, body: await response.text() };
}

test('whatever is a page has a Content-Security-Policy of its own, however its path looks', async (t) => {
  const { webUrl, close } = await startSystem();
  t.teardown(close);
  let pages = 0;
  for (const path of ['/', '/nope', ...LOOK_LIKE_FILES]) {
    const { response, body } = await get(webUrl + path);
    // Next.js leads away from a slash too many by itself, without a page.
    if (response.status === 308) {
      t.notMatch(body, '<');
      continue;
    }
    const policy = response.headers.get('content-security-policy') ?? '';
    t.match(policy, /script-src 'self' 'nonce-[^']+';.*object-src 'none'/, `${path} ${response.status}`);
    if (!/<html/i.test(body)) continue;
    pages++;
    const [, nonce = ''] = /'nonce-([^']+)'/.exec(policy) ?? [];
    const inline = [...body.matchAll(/<script(?![^>]*\bsrc=)([^>]*)>/g)].map(([, attributes = '']) => attributes);
    for (const attributes of inline) t.ok(attributes.includes(`nonce="${nonce}"`), `${path}:${attributes}`);
  }
  t.ok(pages > 5, `${pages} of them are pages`);

  const { response, body } = await get(webUrl);
  for (const [name, value] of [
    ['cross-origin-opener-policy', /^same-origin$/],
    ['permissions-policy', /camera=\(\).*geolocation=\(\).*microphone=\(\)/],
    ['x-content-type-options', /^nosniff$/],
    ['x-frame-options', /^DENY$/],
  ] as const) {
    t.match(response.headers.get(name), value);
  }
  t.equal(response.headers.get('strict-transport-security'), null, 'http on this machine stays possible');
  const [script = ''] = /\/_next\/static\/[^"]+\.js/.exec(body) ?? [];
  const file = await get(webUrl + script);
  t.equal(file.response.status, 200, 'files are served');
  t.match(file.response.headers.get('cache-control'), 'immutable', 'and kept');
});

test('where people come by https, browsers are told to use nothing else', async (t) => {
  const { webUrl, close } = await startSystem({ webEnv: { NEXTAUTH_URL: 'https://app.example.com' } });
  t.teardown(close);
  for (const path of ['/', '/nope', '/icon.svg', '/_next/static/nope.js', '/api/auth/session']) {
    const { response } = await get(webUrl + path);
    t.equal(response.headers.get('strict-transport-security'), 'max-age=31536000', path);
  }
});
