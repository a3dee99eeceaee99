import t, { test } from 'tap';
import { beginSignIn } from './support/sign-in.ts';
import { CLIENT, NEXTAUTH_SECRET, startSystem } from './support/system.ts';
import { WITH_BUILD_MS } from './support/time-limit.ts';

t.setTimeout(WITH_BUILD_MS);

test('emulator, API and web client are there, and end', async (t) => {
  const system = await startSystem({ google: { tokenLifetimeS: 20 }, apiEnv: { LOG_LEVEL: 'trace' } });
  t.teardown(() => system.close());
  const { webUrl, apiUrl, google } = system;
  const tokens: string[] = [];
  /** Each time with a new token: on a busy machine 20 s are less than it takes to start the API. */
  const askForUser = (method: string): Promise<Response> => {
    const token = google.mintToken();
    tokens.push(token);
    return fetch(`${apiUrl}/api/user`, { method, headers: { authorization: `Bearer ${token}`, origin: webUrl } });
  };
  const made = await askForUser('POST');
  t.equal(made.status, 201);
  t.equal(made.headers.get('access-control-allow-origin'), webUrl);

  const chooser = await fetch(await beginSignIn(webUrl));
  t.equal(chooser.status, 200, 'the emulator knows the client and the redirect URI');

  await system.stopApi();
  await t.rejects(fetch(`${apiUrl}/healthz`));
  await system.startApi();
  t.equal((await askForUser('GET')).status, 200, 'the data is still there');

  await system.close();
  await t.rejects(fetch(`${apiUrl}/healthz`));
  await t.rejects(fetch(webUrl));
  await t.rejects(fetch(google.url));
  t.match(system.output(), /^api \| /m);
  t.match(system.output(), /^web \| /m);
  for (const secret of ['ya29.', ...tokens, CLIENT.secret, NEXTAUTH_SECRET, google.users[0]?.email ?? '']) {
    t.notOk(system.output().includes(secret), 'nothing that is secret was printed');
  }
});

test('says which part cannot start, in its own words', async (t) => {
  await t.rejects(startSystem({ webEnv: { API_URL: 'nowhere' } }), {
    message: /^web answers 500 at http:.*\/api\/auth\/providers; its own words are above\n[\s\S]*web \| .*API_URL/,
  });
  await t.rejects(startSystem({ apiEnv: { LOG_LEVEL: 'loud' } }), {
    message: /^api did not start; its own words are above\n[\s\S]*api \| LOG_LEVEL: /,
  });
});
