import t from 'tap';
import { startGoogleEmulator } from '../src/index.ts';
import { CLIENT_ID, REDIRECT_URI, start } from './browser.ts';

t.test('the defaults', async (t) => {
  const emulator = await start(t);
  t.match(emulator.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  t.equal(emulator.users.length, 3);
  for (const { sub } of emulator.users) t.match(sub, /^\d{21}$/);
  t.match(emulator.clients, [
    { id: CLIENT_ID, redirectUris: [REDIRECT_URI, 'http://127.0.0.1:3000/api/auth/callback/google'] },
  ]);
});

t.test('what is left out about a user is filled in, the same on every start', async (t) => {
  const users = [{ email: 'jo.van-dyk@example.com' }];
  const [first, second] = [await start(t, { users }), await start(t, { users })];
  t.match(first.users[0], { name: 'Jo Van Dyk', givenName: 'Jo', familyName: 'Van Dyk', emailVerified: true });
  t.match(first.users[0]?.sub, /^1\d{20}$/);
  t.same(first.users, second.users);
});

t.test('every option that does not fit is refused by name', async (t) => {
  const client = { id: 'a', secret: 'b', redirectUris: [REDIRECT_URI] };
  const cases: [object, RegExp][] = [
    [{ host: '0.0.0.0' }, /host must be/],
    [{ host: '192.168.1.2' }, /host must be/],
    [{ port: -1 }, /port/],
    [{ port: '80' }, /port/],
    [{ tokenLifetimeS: 0 }, /tokenLifetimeS/],
    [{ tokenLifetimeS: 86_401 }, /tokenLifetimeS/],
    [{ lifetime: 1 }, /"lifetime"/],
    [{ users: [] }, /users/],
    [{ users: 'ada' }, /users/],
    [{ users: [{}] }, /users\[0\]\.email/],
    [{ users: [{ email: 'ada' }] }, /users\[0\]\.email/],
    [{ users: [{ email: 'a@b', sub: 'ü' }] }, /users\[0\]\.sub/],
    [{ users: [{ email: 'a@b', emailVerified: 'yes' }] }, /users\[0\]\.emailVerified/],
    [{ users: [{ email: 'a@b' }, { email: 'A@B' }] }, /users\[1\]\.email is taken/],
    [
      {
        users: [
          { email: 'a@b', sub: '1' },
          { email: 'c@d', sub: '1' },
        ],
      },
      /users\[1\]\.sub is taken/,
    ],
    [{ users: [{ email: 'a@b', mail: 'x' }] }, /"mail"/],
    [{ clients: [] }, /clients/],
    [{ clients: ['a'] }, /clients\[0\]/],
    [{ clients: [{ ...client, secret: '' }] }, /clients\[0\]\.secret/],
    [{ clients: [client, client] }, /clients\[1\]\.id is taken/],
    [{ clients: [{ ...client, redirectUris: ['/callback'] }] }, /clients\[0\]\.redirectUris\[0\]/],
    [{ clients: [{ ...client, redirectUris: ['http://a/#b'] }] }, /clients\[0\]\.redirectUris\[0\]/],
    [{ clients: [{ ...client, redirectUris: ['javascript:alert(1)'] }] }, /clients\[0\]\.redirectUris\[0\]/],
    [{ clients: [{ ...client, type: 'mobile' }] }, /clients\[0\]\.type/],
    [{ clients: [{ ...client, secret: undefined }] }, /clients\[0\]\.secret/],
    [{ clients: [{ ...client, redirectUris: undefined }] }, /clients\[0\]\.redirectUris/],
    [{ clients: [{ ...client, javascriptOrigins: ['http://a/'] }] }, /clients\[0\]\.javascriptOrigins\[0\]/],
    [{ clients: [{ ...client, javascriptOrigins: ['*'] }] }, /clients\[0\]\.javascriptOrigins\[0\]/],
    [{ clients: [{ id: 'a', type: 'desktop', secret: '' }] }, /clients\[0\]\.secret/],
    [{ clients: [{ id: 'a', type: 'desktop', javascriptOrigins: [] }] }, /clients\[0\]\.javascriptOrigins/],
    [{ allowHosts: 'google' }, /allowHosts/],
    [{ onRequest: 'log' }, /onRequest/],
    [{ clients: [{ ...client, rotateRefreshTokens: 1 }] }, /clients\[0\]\.rotateRefreshTokens/],
  ];
  for (const [options, message] of cases) {
    const attempt = Reflect.apply(startGoogleEmulator, undefined, [options]);
    await t.rejects(attempt, { name: 'TypeError', message }, String(message));
  }
});

t.test('mintToken refuses what it does not know', async (t) => {
  const emulator = await start(t);
  const cases: [object, RegExp][] = [
    [{ user: 'nobody' }, /user is not a known user/],
    [{ kind: 'delegation', user: 'nobody' }, /user is not a known user/],
    [{ kind: 'service-account', user: 'nobody' }, /e-mail of a service account/],
    [{ kind: 'service-account', client: CLIENT_ID }, /has no client/],
    [{ client: 'unknown' }, /client is not a known client/],
    [{ authorizedParty: 'unknown' }, /authorizedParty is not a known client/],
    [{ scopes: 'openid' }, /scopes must be an array/],
    [{ scopes: ['openid email'] }, /scopes\[0\]/],
    [{ lifetimeS: 0 }, /lifetimeS/],
    [{ accessType: 'x' }, /accessType/],
    [{ sub: '1' }, /"sub"/],
  ];
  for (const [options, message] of cases) {
    t.throws(() => Reflect.apply(emulator.mintToken, undefined, [options]), { name: 'TypeError', message });
  }
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, 8e15, -8e15]) {
    t.throws(() => emulator.clock.advance(ms), { name: 'TypeError', message: /clock\.advance/ });
  }
});

t.test('localhost and IPv6 loopback are fine; closing twice is too', async (t) => {
  const emulator = await startGoogleEmulator({ host: 'localhost' });
  t.match(emulator.url, /^http:\/\/localhost:\d+$/);
  t.equal((await fetch(`${emulator.url}/__emulator/healthz`)).status, 200);
  await emulator.close();
  await emulator[Symbol.asyncDispose]();
  await t.rejects(fetch(emulator.url));
});
