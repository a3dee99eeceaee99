import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import t from 'tap';
import { startProcess } from './support/process.ts';
import { startGoogle } from './support/secrets.ts';

t.test('what one process revokes, the other one on the same folder refuses', async (t) => {
  const google = await startGoogle(t);
  const env = {
    GOOGLE_CLIENT_ID: google.clientId,
    GOOGLE_EMULATOR_URL: google.url,
    DATA_DIR: join(t.testdir(), 'data'),
    ADMIN_SUBJECTS: google.users[0]?.sub ?? '',
  };
  const [here, there] = await Promise.all([startProcess(t, env), startProcess(t, env)]);
  const send = (api: { url: string }, method: string, path: string, token: string, body?: object) =>
    fetch(`${api.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const refusedThere = (token: string): Promise<true> =>
    eventually('the refusal', async () => {
      const response = await send(there, 'GET', '/api/user', token);
      await response.body?.cancel();
      return response.status === 401;
    });

  const [leaked, refreshed] = [google.mintToken(), google.mintToken()];
  t.equal((await send(here, 'POST', '/api/user', leaked)).status, 201);
  t.equal((await send(there, 'POST', '/api/user', leaked)).status, 200, 'users are shared as well');
  t.equal((await send(there, 'GET', '/api/user', refreshed)).status, 200);

  t.equal((await send(here, 'DELETE', '/api/token', leaked)).status, 204);
  await t.resolves(refusedThere(leaked), 'one token');
  t.equal((await send(there, 'GET', '/api/user', refreshed)).status, 200);

  t.equal((await send(here, 'DELETE', '/api/tokens', refreshed)).status, 204);
  await t.resolves(refusedThere(refreshed), 'every token of a user');

  const admin = google.mintToken({ lifetimeS: 7200 });
  const victim = google.mintToken({ user: google.users[1]?.sub ?? '' });
  t.equal((await send(there, 'GET', '/api/user', victim)).status, 404);
  const block = { block: google.users[1]?.sub };
  t.equal((await send(here, 'POST', '/admin/revocations', admin, block)).status, 201);
  await t.resolves(refusedThere(victim), 'a blocked user');

  for (const api of [here, there]) {
    t.match(await api.end('SIGTERM'), { code: 0 });
    t.strictSame(google.leaks(api.stdout().split('\n')), []);
  }
});
