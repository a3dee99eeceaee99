import { occupy } from '@google-bearer/test-kit/occupy';
import t, { test } from 'tap';
import { beginSignIn } from './support/sign-in.ts';
import { startStack } from './support/stack.ts';
import { WITH_BUILD_MS } from './support/time-limit.ts';

t.setTimeout(WITH_BUILD_MS);

const WEB = /Open {2}(http:\/\/localhost:(\d+)) /;
const API = /API {2,}(http:\S+)\/docs/;

test('gives way when the usual ports are taken, and everything follows', async (t) => {
  const [web, api] = await Promise.all([occupy(t), occupy(t), occupy(t, 4400)]);
  const stack = await startStack(t, { env: { WEB_PORT: String(web), PORT: String(api) } });
  const [, webUrl = '', webPort = ''] = await stack.said(WEB);
  const [, apiUrl = ''] = await stack.said(API);
  t.match(stack.output(), `Port ${web} is taken: the web client listens on ${webPort}.`);
  t.match(stack.output(), `Port ${api} is taken: the API listens on ${new URL(apiUrl).port}.`);

  t.equal((await fetch(`${apiUrl}/readyz`)).status, 200);
  const allowed = await fetch(`${apiUrl}/api/user`, { headers: { origin: webUrl } });
  t.equal(allowed.headers.get('access-control-allow-origin'), webUrl, 'the page may call the API');

  const google = await beginSignIn(webUrl);
  t.equal(google.searchParams.get('redirect_uri'), `${webUrl}/api/auth/callback/google`);
  const chooser = await fetch(google);
  t.equal(chooser.status, 200, 'the emulator knows the redirect URI');
  t.notMatch(await chooser.text(), /redirect_uri_mismatch/);
  google.searchParams.set('redirect_uri', `http://localhost:${web}/api/auth/callback/google`);
  t.match(await (await fetch(google)).text(), /redirect_uri_mismatch/, 'and no other');

  t.equal(await stack.stop('SIGTERM'), 0);
  await t.rejects(fetch(`${apiUrl}/readyz`), 'nothing is left running');
  await t.rejects(fetch(webUrl), 'nothing is left running');
});

test('with the real Google nothing is emulated, and the redirect URI to register is printed', async (t) => {
  const taken = await occupy(t);
  const file = [
    'GOOGLE_CLIENT_ID = "123-abc.apps.googleusercontent.com"',
    'GOOGLE_CLIENT_SECRET = "GOCSPX-from-the-file"',
    'AUTH_GOOGLE_ID = not-this-one.apps.googleusercontent.com',
  ];
  const stack = await startStack(t, {
    file: file.join('\n'),
    env: { GOOGLE_CLIENT_SECRET: 'GOCSPX-the-real-environment-wins', PORT: String(taken) },
  });
  const [, webUrl = ''] = await stack.said(WEB);
  t.match(stack.output(), `Port ${taken} is taken`);
  t.match(stack.output(), `${webUrl}/api/auth/callback/google`);
  t.match(stack.output(), /has to be registered/);
  t.notMatch(stack.output(), /emulator/i);
  t.notMatch(stack.output(), /TOKEN=/);
  t.notMatch(stack.output(), /GOCSPX/, 'no value is printed');
  t.notMatch(stack.output(), /123-abc/, 'no value is printed');
  const [, apiUrl = ''] = await stack.said(API);
  t.equal((await fetch(`${apiUrl}/api/user`)).status, 401);
  t.equal(await stack.stop('SIGTERM'), 0);
});
