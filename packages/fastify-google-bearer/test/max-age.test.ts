import { createTokenVerifier } from 'google-bearer';
import { test } from 'tap';
import { googleBearer, type RouteProtection } from '../src/index.ts';
import { clientId, makeApp, startGoogle } from './kit.ts';

test('a route may ask for a fresh word of Google, and every request tells where the word came from', async (t) => {
  const google = await startGoogle(t);
  await using verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  const app = makeApp(t);
  await app.register(googleBearer, { verifier });
  app.get('/plain', (request) => request.principalSource);
  app.get('/careful', { config: { googleBearer: { maxAgeMs: 0 } } }, (request) => request.principalSource);
  app.post('/careful', { config: { googleBearer: { scopes: ['email'], maxAgeMs: 0 } } }, (r) => r.principalSource);
  app.get('/open', { config: { googleBearer: false } }, (request) => `${request.principalSource}`);
  const headers = { authorization: `Bearer ${google.mintToken()}` };
  const asked = (): number => google.calls.filter(({ path }) => path === '/tokeninfo').length;

  t.equal((await app.inject({ url: '/plain', headers })).body, 'google');
  t.equal((await app.inject({ url: '/plain', headers })).body, 'memory');
  t.equal(asked(), 1);
  t.equal((await app.inject({ url: '/careful', headers })).body, 'google');
  t.equal(asked(), 2);
  t.equal((await app.inject({ method: 'POST', url: '/careful', headers, payload: { a: 1 } })).body, 'google');
  t.equal(asked(), 3, 'the second look, once the body is there, is from memory');
  t.equal((await app.inject({ url: '/open', headers })).body, 'null');
});

test('a token that Google has ended acts on no route that asks for a fresh word', async (t) => {
  const google = await startGoogle(t);
  await using verifier = createTokenVerifier({ audience: clientId, endpoints: google.url });
  const app = makeApp(t);
  await app.register(googleBearer, { verifier });
  app.get('/plain', () => 'in');
  app.delete('/everything', { config: { googleBearer: { maxAgeMs: 0 } } }, () => 'gone');
  const token = google.mintToken();
  const headers = { authorization: `Bearer ${token}` };
  t.equal((await app.inject({ url: '/plain', headers })).statusCode, 200);
  await fetch(`${google.url}/revoke?token=${token}`, { method: 'POST' });
  t.equal((await app.inject({ url: '/plain', headers })).statusCode, 200);
  const response = await app.inject({ method: 'DELETE', url: '/everything', headers });
  t.equal(response.json().code, 'ERR_TOKEN_INVALID');
});

test('what is no number of ms is refused at the start', async (t) => {
  for (const maxAgeMs of [-1, Number.NaN, '0', null]) {
    const app = makeApp(t);
    await app.register(googleBearer, { audience: clientId });
    const declare = (): unknown =>
      Reflect.apply(app.get, app, ['/', { config: { googleBearer: { maxAgeMs } } }, () => 'in']);
    t.throws(declare, { name: 'TypeError', message: /GET \/: maxAgeMs must be a number of ms/ });
  }
});

// Checked by the compiler.
export const alone: RouteProtection = { maxAgeMs: 0 };
// @ts-expect-error a number, not a text
export const text: RouteProtection = { maxAgeMs: '5 min' };
