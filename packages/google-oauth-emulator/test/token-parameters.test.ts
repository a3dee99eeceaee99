import t from 'tap';
import type { GoogleEmulator } from '../src/index.ts';
import { Browser, CLIENT_FIELDS, CLIENT_ID, CLIENT_SECRET, postForm, REDIRECT_URI, start } from './browser.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A POST without a body, its parameters in the query: the snippet that thousands of NextAuth apps paste. */
function postQuery(emulator: GoogleEmulator, fields: Record<string, string>, init: RequestInit = {}) {
  return fetch(`${emulator.url}/token?${new URLSearchParams(fields)}`, { method: 'POST', ...init });
}

async function codeFields(emulator: GoogleEmulator, more: Record<string, string> = {}) {
  const code = await new Browser(emulator).signIn(emulator, { access_type: 'offline', ...more });
  return { ...CLIENT_FIELDS, grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, code };
}

async function refreshFields(emulator: GoogleEmulator) {
  const { body } = await postForm(emulator, '/token', await codeFields(emulator));
  return { ...CLIENT_FIELDS, grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
}

t.test('code exchange and refresh take their parameters from the query of the POST', async (t) => {
  const emulator = await start(t);
  const exchanged = await postQuery(emulator, await codeFields(emulator), { headers: FORM });
  t.equal(exchanged.status, 200);
  const { refresh_token } = Object(await exchanged.json());
  const fields = { ...CLIENT_FIELDS, grant_type: 'refresh_token', refresh_token: String(refresh_token) };
  t.equal((await postQuery(emulator, fields, { headers: FORM })).status, 200, 'as a form without a body');
  t.equal((await postQuery(emulator, fields)).status, 200, 'without a content type');
  t.equal((await postQuery(emulator, fields, { headers: { 'content-type': 'application/json' } })).status, 200);
  t.equal((await postQuery(emulator, { ...fields, client_secret: 'x' })).status, 401, 'and judges them as ever');
  const calls = emulator.calls.filter(({ path }) => path === '/token');
  t.match(calls.at(-1), { grantType: 'refresh_token', tokenForm: 'query' });
  t.notMatch(JSON.stringify(emulator.calls), String(refresh_token));
});

t.test('parameters may be shared out between query, form and Basic', async (t) => {
  const emulator = await start(t);
  const { client_id, client_secret, ...rest } = await refreshFields(emulator);
  const body = new URLSearchParams(rest);
  t.equal((await postQuery(emulator, { client_id, client_secret }, { body })).status, 200);
  const authorization = `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`;
  t.equal((await postQuery(emulator, rest, { headers: { authorization } })).status, 200);
});

t.test('a parameter in the query and in the form is a repeated one, also with the same value', async (t) => {
  const emulator = await start(t);
  const fields = await refreshFields(emulator);
  for (const name of Object.keys(fields)) {
    const value = new URLSearchParams(fields).get(name) ?? '';
    const answer = await postQuery(emulator, { [name]: value }, { body: new URLSearchParams(fields) });
    t.equal(answer.status, 400);
    t.match(await answer.json(), { error: 'invalid_request', error_description: `single value: ${name}` });
  }
});

t.test('a body that is no form is refused, whatever stands in the query', async (t) => {
  const emulator = await start(t);
  const fields = await refreshFields(emulator);
  const bodies: [string, string][] = [
    ['application/json', JSON.stringify(fields)],
    ['application/json; charset=utf-8', '{}'],
    ['text/plain', new URLSearchParams(fields).toString()],
    ['multipart/form-data; boundary=x', '--x--\r\n'],
  ];
  for (const [type, body] of bodies) {
    for (const query of [{}, fields]) {
      const answer = await postQuery(emulator, query, { body, headers: { 'content-type': type } });
      t.equal(answer.status, 400, type);
      t.match(await answer.json(), {
        error: 'invalid_request',
        error_description: 'The body must be sent as application/x-www-form-urlencoded.',
      });
    }
  }
});

t.test('a GET is no token request', async (t) => {
  const emulator = await start(t);
  const answer = await fetch(`${emulator.url}/token?${new URLSearchParams(await refreshFields(emulator))}`);
  t.equal(answer.status, 405);
  t.equal(answer.headers.get('allow'), 'POST');
});
