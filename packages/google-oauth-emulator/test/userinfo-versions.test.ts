import t from 'tap';
import { bearer, CALENDAR, EMAIL, getJson, start } from './browser.ts';

const OLDER = ['/oauth2/v1/userinfo', '/oauth2/v2/userinfo', '/userinfo/v2/me'];

t.test('v1 and v2 say id and verified_email, and are content with any scope of sign-in', async (t) => {
  const emulator = await start(t);
  for (const path of OLDER) {
    const claims = async (user: string, scopes: string[]) =>
      (await getJson(`${emulator.url}${path}?alt=json`, bearer(emulator.mintToken({ user, scopes })))).body;
    t.same(await claims('grace@example.org', ['openid', 'email', 'profile']), {
      id: '113746508213490785132',
      email: 'grace@example.org',
      verified_email: true,
      name: 'Grace Hopper',
      given_name: 'Grace',
      family_name: 'Hopper',
      picture: `${emulator.url}/portrait?user=113746508213490785132`,
      hd: 'example.org',
    });
    t.same(await claims('una@example.net', ['email']), {
      id: '101920563377410986425',
      email: 'una@example.net',
      verified_email: false,
    });
    t.notOk('email' in (await claims('ada@example.com', ['profile'])));
    t.same(await claims('ada@example.com', ['openid']), { id: '106488946935451153824' });
  }
});

t.test('v1 and v2 refuse in the shape of Google’s APIs', async (t) => {
  const emulator = await start(t);
  const dead = emulator.mintToken({ lifetimeS: 1 });
  emulator.clock.advance(1000);
  const tokens = [
    'garbage',
    dead,
    emulator.mintToken({ scopes: [CALENDAR] }),
    emulator.mintToken({ kind: 'delegation' }),
  ];
  for (const path of OLDER) {
    for (const headers of [{}, ...tokens.map(bearer)]) {
      const answer = await getJson(emulator.url + path, headers);
      t.match(answer, {
        status: 401,
        body: { error: { code: 401, status: 'UNAUTHENTICATED', message: /^Request had invalid authentication cred/ } },
      });
      t.match(answer.headers.get('www-authenticate'), /^Bearer realm="https:\/\/accounts\.google\.com\/", error=/);
    }
    t.equal((await fetch(emulator.url + path, { method: 'POST' })).status, 405);
  }
});

t.test('the token may come in the query, as old clients send it', async (t) => {
  const emulator = await start(t);
  const token = emulator.mintToken({ scopes: [EMAIL] });
  for (const path of [...OLDER, '/oauth2/v3/userinfo']) {
    const { body } = await getJson(`${emulator.url}${path}?alt=json&access_token=${token}`);
    t.equal(body.email, 'ada@example.com');
  }
});

t.test('v3 answers a token with the profile alone, as clients that do not know openid ask', async (t) => {
  const emulator = await start(t);
  const headers = bearer(emulator.mintToken({ scopes: ['profile'] }));
  t.match((await getJson(`${emulator.url}/oauth2/v3/userinfo`, headers)).body, {
    sub: '106488946935451153824',
    name: 'Ada Lovelace',
    email: undefined,
  });
});
