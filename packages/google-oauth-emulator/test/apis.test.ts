import t from 'tap';
import { bearer, CALENDAR, EMAIL, getJson, start } from './browser.ts';

const EVENTS = '/calendar/v3/calendars/primary/events';

t.test('userinfo tells what the scopes allow', async (t) => {
  const emulator = await start(t);
  const claims = async (user: string, scopes: string[]) =>
    (await getJson(`${emulator.url}/v1/userinfo`, bearer(emulator.mintToken({ user, scopes })))).body;
  t.same(await claims('grace@example.org', ['openid', 'email', 'profile']), {
    sub: '113746508213490785132',
    name: 'Grace Hopper',
    given_name: 'Grace',
    family_name: 'Hopper',
    picture: `${emulator.url}/portrait?user=113746508213490785132`,
    email: 'grace@example.org',
    email_verified: true,
    hd: 'example.org',
  });
  t.same(await claims('una@example.net', ['openid', 'email']), {
    sub: '101920563377410986425',
    email: 'una@example.net',
    email_verified: false,
  });
  t.same(await claims('ada@example.com', ['openid']), { sub: '106488946935451153824' });
});

t.test(
  'userinfo refuses what is not a person’s token with a scope of sign-in; OpenID Connect’s needs openid',
  async (t) => {
    const emulator = await start(t);
    const dead = emulator.mintToken({ lifetimeS: 1 });
    emulator.clock.advance(1000);
    const tokens = [
      'garbage',
      dead,
      emulator.mintToken({ scopes: [CALENDAR] }),
      emulator.mintToken({ kind: 'delegation' }),
    ];
    const attempts: [string, Record<string, string>][] = [
      ...[{}, ...tokens.map(bearer)].map((headers): [string, Record<string, string>] => [
        '/oauth2/v3/userinfo',
        headers,
      ]),
      ['/v1/userinfo', bearer(emulator.mintToken({ scopes: [EMAIL] }))],
    ];
    for (const [path, headers] of attempts) {
      const answer = await getJson(emulator.url + path, headers);
      t.equal(answer.status, 401);
      t.same(answer.body, { error: 'invalid_request', error_description: 'Invalid Credentials' });
      t.match(answer.headers.get('www-authenticate'), /^Bearer realm="https:\/\/accounts\.google\.com\/"/);
    }
  },
);

t.test('a portrait is drawn for everybody who brings none', async (t) => {
  const emulator = await start(t, { users: [{ email: 'a@example.com', picture: 'http://localhost:1/a.png' }] });
  const token = emulator.mintToken();
  t.match((await getJson(`${emulator.url}/v1/userinfo`, bearer(token))).body, { picture: 'http://localhost:1/a.png' });
  const drawn = await fetch(`${emulator.url}/portrait?user=${emulator.users[0]?.sub}`);
  t.equal(drawn.headers.get('content-type'), 'image/svg+xml');
  t.match(await drawn.text(), /<svg .*>A<\/text>/);
  t.equal((await fetch(`${emulator.url}/portrait?user=nobody`)).status, 404);
});

t.test('calendar events lie around the emulator’s now', async (t) => {
  const emulator = await start(t);
  const headers = bearer(emulator.mintToken({ scopes: [CALENDAR] }));
  const list = async (query = '') => (await getJson(`${emulator.url}${EVENTS}${query}`, headers)).body;
  const all = await list();
  t.match(all, { kind: 'calendar#events', summary: 'ada@example.com', timeZone: 'UTC' });
  t.match(all.items, [
    { kind: 'calendar#event', summary: 'Stand-up', start: { dateTime: /^\d{4}-\d\d-\d\dT09:00:00Z$/ } },
    { summary: 'Design review' },
  ]);
  const count = async (query: string) => {
    const { items } = await list(query);
    return Array.isArray(items) ? items.length : undefined;
  };
  t.equal(await count(''), 6);
  t.equal(await count('?maxResults=2'), 2);
  const day = 86_400_000;
  const midnight = (days: number) => new Date((Math.floor(emulator.clock.now() / day) + days) * day).toISOString();
  t.equal(await count(`?timeMin=${midnight(1)}`), 4);
  t.equal(await count(`?timeMin=${midnight(1)}&timeMax=${midnight(2)}`), 2);
  for (const query of ['?maxResults=0', '?maxResults=x', '?timeMin=yesterday', '?timeMax=2020-01-01']) {
    const answer = await getJson(`${emulator.url}${EVENTS}${query}`, headers);
    t.match(answer, { status: 400, body: { error: { code: 400, errors: [{ reason: 'badRequest' }] } } }, query);
  }
});

t.test('calendar errors have the shape of Google’s APIs', async (t) => {
  const emulator = await start(t);
  const realm = 'Bearer realm="https://accounts.google.com/"';
  const missing = await getJson(emulator.url + EVENTS);
  t.match(missing, { status: 401, body: { error: { code: 401, status: 'UNAUTHENTICATED' } } });
  t.equal(missing.headers.get('www-authenticate'), realm);
  const garbage = await getJson(emulator.url + EVENTS, bearer('garbage'));
  t.match(garbage, { status: 401, body: { error: { errors: [{ reason: 'authError' }] } } });
  t.equal(garbage.headers.get('www-authenticate'), `${realm}, error="invalid_token"`);
  const narrow = await getJson(emulator.url + EVENTS, bearer(emulator.mintToken()));
  t.match(narrow, {
    status: 403,
    body: { error: { status: 'PERMISSION_DENIED', details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }] } },
  });
  t.match(narrow.headers.get('www-authenticate'), /error="insufficient_scope", scope="[^"]*calendar\.readonly/);
});

t.test('anything else is not found', async (t) => {
  const emulator = await start(t);
  const answer = await fetch(`${emulator.url}/gmail/v1/users/me`);
  t.equal(answer.status, 404);
  t.match(await answer.text(), /Error 404 \(Not Found\)!!1/);
});
