import { request } from 'node:http';
import t from 'tap';
import type { GoogleEmulator } from '../src/index.ts';
import { EMAIL, getJson, postForm, start } from './browser.ts';

async function control(emulator: GoogleEmulator, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${emulator.url}/__emulator/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
}

t.test('another process can mint, look, break, mend and move the clock', async (t) => {
  const emulator = await start(t);
  t.same(await (await control(emulator, 'GET', 'healthz')).json(), { status: 'ok' });
  const minted = await (await control(emulator, 'POST', 'tokens', { scopes: ['email'], lifetimeS: 60 })).json();
  t.match(minted, { access_token: /^ya29\./, expires_in: 59, scope: EMAIL, token_type: 'Bearer' });
  const form = { access_token: String(Object(minted).access_token) };
  t.equal((await postForm(emulator, '/tokeninfo', form)).status, 200);
  t.equal((await control(emulator, 'POST', 'faults', { path: '/tokeninfo', kind: 'html' })).status, 200);
  t.equal((await fetch(`${emulator.url}/tokeninfo`)).status, 503);
  t.equal((await control(emulator, 'DELETE', 'faults')).status, 200);
  const before = emulator.clock.now();
  t.match(await (await control(emulator, 'POST', 'clock', { advanceMs: 60_000 })).json(), { now: Number });
  t.ok(emulator.clock.now() >= before + 60_000);
  t.equal((await postForm(emulator, '/tokeninfo', form)).status, 400);
  const { calls } = (await getJson(`${emulator.url}/__emulator/calls`)).body;
  t.match(calls, [{ status: 200 }, { status: 503 }, { status: 400 }], 'control requests are not in the log');
});

t.test('mistakes are explained', async (t) => {
  const emulator = await start(t);
  const cases: [string, unknown, RegExp][] = [
    ['tokens', { user: 'nobody@example.com' }, /user is not a known user/],
    ['tokens', { kind: 'x' }, /kind must be one of/],
    ['faults', { path: '/x', kind: 'hang' }, /fault\.path/],
    ['clock', { advanceMs: '1' }, /advanceMs/],
    ['clock', { advanceMs: 1, x: 1 }, /"x"/],
    ['clock', [], /JSON object/],
  ];
  for (const [path, body, error] of cases) {
    const answer = await control(emulator, 'POST', path, body);
    t.equal(answer.status, 400);
    t.match(await answer.json(), { error });
  }
  const broken = await fetch(`${emulator.url}/__emulator/clock`, {
    method: 'POST',
    body: '{',
    headers: { 'content-type': 'application/json' },
  });
  t.match(await broken.json(), { error: 'The body must be a JSON object.' });
});

t.test('a web page cannot forge control requests', async (t) => {
  const emulator = await start(t);
  const { port } = new URL(emulator.url);
  const json = { 'content-type': 'application/json' };
  const cases: [string, Record<string, string>, number][] = [
    ['what a form can send', { 'content-type': 'text/plain' }, 415],
    ['nothing said', {}, 415],
    ['another origin', { ...json, origin: 'http://evil.example' }, 403],
    ['another port of this machine', { ...json, origin: 'http://127.0.0.1:1' }, 403],
    ['a sandboxed page', { ...json, origin: 'null' }, 403],
    ['DNS rebinding', { ...json, host: `evil.example:${port}` }, 403],
    ['rebinding with origin', { ...json, host: `evil.example:${port}`, origin: `http://evil.example:${port}` }, 403],
    ['a name that looks local', { ...json, host: `127.0.0.1.evil.example:${port}` }, 403],
    ['no proper host', { ...json, host: 'a b' }, 403],
    ['our own page', { ...json, origin: emulator.url }, 200],
    ['the other name of loopback', { ...json, host: `localhost:${port}` }, 200],
  ];
  for (const [name, headers, status] of cases) {
    t.equal(await rawStatus(`${emulator.url}/__emulator/tokens`, 'POST', headers), status, name);
  }
  const foreign = { origin: 'http://evil.example' };
  t.equal(await rawStatus(`${emulator.url}/__emulator/faults`, 'DELETE', foreign), 403);
  t.equal(await rawStatus(`${emulator.url}/__emulator/calls`, 'GET', foreign), 403);
});

/** `fetch` does not let a caller choose Host. */
function rawStatus(url: string, method: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject);
    outgoing.end(method === 'POST' ? '{}' : undefined);
  });
}
