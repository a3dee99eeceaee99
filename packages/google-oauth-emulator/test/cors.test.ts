import t from 'tap';
import { bearer, start } from './browser.ts';

const PAGE = 'https://app.example';
const OPEN = [
  ...['/tokeninfo', '/oauth2/v1/tokeninfo', '/oauth2/v2/tokeninfo', '/oauth2/v3/tokeninfo'],
  ...['/v1/userinfo', '/oauth2/v1/userinfo', '/oauth2/v2/userinfo', '/oauth2/v3/userinfo', '/userinfo/v2/me'],
  ...['/oauth2/v1/certs', '/oauth2/v3/certs'],
];
const CLOSED = [
  ...['/token', '/revoke', '/o/oauth2/v2/auth', '/.well-known/openid-configuration', '/Logout', '/', '/portrait'],
  ...['/calendar/v3/calendars/primary/events', '/__emulator/tokens', '/__emulator/calls', '/no-such-path'],
];

function preflight(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'OPTIONS',
    redirect: 'manual',
    headers: { origin: PAGE, 'access-control-request-method': 'GET', ...headers },
  });
}

t.test('the endpoints that Google opens to browsers say so, also when they refuse', async (t) => {
  const emulator = await start(t);
  for (const path of OPEN) {
    for (const token of ['garbage', emulator.mintToken()]) {
      const answer = await fetch(emulator.url + path, { headers: { origin: PAGE, ...bearer(token) } });
      t.equal(answer.headers.get('access-control-allow-origin'), '*', path);
      t.equal(answer.headers.get('access-control-allow-credentials'), null);
    }
  }
});

t.test('their preflights are answered, with the headers that were asked for', async (t) => {
  const emulator = await start(t);
  for (const path of OPEN) {
    const answer = await preflight(emulator.url + path, { 'access-control-request-headers': 'authorization,x-mine' });
    t.equal(answer.status, 200);
    t.equal(answer.headers.get('access-control-allow-origin'), '*');
    t.equal(answer.headers.get('access-control-allow-headers'), 'authorization,x-mine');
    t.match(answer.headers.get('access-control-allow-methods'), /^GET/);
  }
});

t.test('no other endpoint is open, least of all the token endpoint', async (t) => {
  const emulator = await start(t);
  for (const path of CLOSED) {
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(emulator.url + path, { method, redirect: 'manual', headers: { origin: PAGE } });
      t.equal(answer.headers.get('access-control-allow-origin'), null, `${method} ${path}`);
    }
    const answer = await preflight(emulator.url + path);
    t.ok(answer.status === 405 || answer.status === 404, `${path} ${answer.status}`);
    t.equal(answer.headers.get('access-control-allow-origin'), null);
    t.equal(answer.headers.get('access-control-allow-methods'), null);
  }
});

t.test('OPTIONS without the question of a preflight is refused as before', async (t) => {
  const emulator = await start(t);
  const answer = await fetch(`${emulator.url}/tokeninfo`, { method: 'OPTIONS', headers: { origin: PAGE } });
  t.equal(answer.status, 405);
});

t.test('a fault meets the request, not the preflight before it', async (t) => {
  const emulator = await start(t);
  emulator.faults.set({ path: '/tokeninfo', kind: 'status', status: 503, times: 1 });
  t.equal((await preflight(`${emulator.url}/tokeninfo`)).status, 200);
  const failed = await fetch(`${emulator.url}/tokeninfo`, { headers: { origin: PAGE } });
  t.equal(failed.status, 503);
  t.equal(failed.headers.get('access-control-allow-origin'), '*', 'and the page can read it');
});
