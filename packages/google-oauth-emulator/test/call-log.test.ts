import { createHash } from 'node:crypto';
import t from 'tap';
import { createCallLog } from '../src/calls.ts';
import { Browser, bearer, CLIENT_SECRET, exchange, getJson, postForm, refresh, start } from './browser.ts';

t.test('calls are told apart by path, form and token hash', async (t) => {
  const emulator = await start(t);
  const token = emulator.mintToken();
  await getJson(`${emulator.url}/tokeninfo?access_token=${token}`);
  await postForm(emulator, '/tokeninfo', { access_token: token });
  await postForm(emulator, '/tokeninfo', {}, bearer(token));
  await postForm(emulator, '/revoke', { token: 'garbage' });
  const tokenSha256 = createHash('sha256').update(token).digest('hex').slice(0, 16);
  t.match(emulator.calls, [
    { method: 'GET', path: '/tokeninfo', status: 200, tokenForm: 'query', tokenSha256 },
    { method: 'POST', path: '/tokeninfo', status: 200, tokenForm: 'form', tokenSha256 },
    { method: 'POST', path: '/tokeninfo', status: 200, tokenForm: 'header', tokenSha256 },
    { method: 'POST', path: '/revoke', status: 400, tokenForm: 'form', at: Number },
  ]);
  t.equal(emulator.calls.length, 4);
  t.equal(emulator.calls.count('/tokeninfo'), 3);
  t.equal(emulator.calls.count('/token'), 0);
  t.equal(emulator.calls.count(), 4);
  emulator.calls.clear();
  t.equal(emulator.calls.length + emulator.calls.count(), 0);
});

t.test('no token, code, secret or e-mail gets into it', async (t) => {
  const emulator = await start(t);
  const code = await new Browser(emulator).signIn(emulator, { access_type: 'offline', login_hint: 'ada@example.com' });
  const { body } = await exchange(emulator, code);
  const secrets = [code, body.access_token, body.refresh_token, body.id_token, CLIENT_SECRET].map(String);
  await refresh(emulator, String(body.refresh_token));
  for (const secret of secrets) {
    await fetch(`${emulator.url}/${encodeURIComponent(secret)}/x?token=${encodeURIComponent(secret)}`);
    await postForm(emulator, '/tokeninfo', { access_token: secret });
    await postForm(emulator, '/token', { grant_type: secret });
  }
  const text = JSON.stringify(emulator.calls);
  for (const secret of [...secrets, 'example.com', encodeURIComponent(code)]) t.notOk(text.includes(secret));
  t.equal(emulator.calls.count('(unknown)'), 5);
  t.match(
    emulator.calls.filter(({ path }) => path === '/token').map(({ grantType }) => grantType),
    ['authorization_code', 'refresh_token', undefined],
  );
});

t.test('old calls are dropped, but every one is counted', (t) => {
  const { log, record } = createCallLog();
  for (let at = 0; at < 10_005; at += 1) record({ method: 'GET', path: '/tokeninfo', at });
  t.equal(log.length, 10_000);
  t.equal(log[0]?.at, 5);
  t.equal(log.count('/tokeninfo'), 10_005);
  t.end();
});
