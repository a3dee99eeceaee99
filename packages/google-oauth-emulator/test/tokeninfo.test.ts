import t from 'tap';
import {
  Browser,
  bearer,
  CALENDAR,
  CLIENT_ID,
  CLIENT_SECRET,
  EMAIL,
  exchange,
  getJson,
  PROFILE,
  postForm,
  REDIRECT_URI,
  start,
} from './browser.ts';

const INVALID = { error: 'invalid_token', error_description: 'Invalid Value' };

t.test('GET, form and Bearer answer alike, and every value is a string', async (t) => {
  const emulator = await start(t);
  const token = emulator.mintToken();
  const mintedAt = emulator.clock.now();
  const exp = Math.floor((mintedAt + 3_600_000) / 1000);
  const answers = [
    await getJson(`${emulator.url}/tokeninfo?access_token=${token}`),
    await postForm(emulator, '/tokeninfo', { access_token: token }),
    await postForm(emulator, '/tokeninfo', {}, bearer(token)),
    await postForm(emulator, '/oauth2/v3/tokeninfo', {}, bearer(token)),
  ];
  const passedS = (emulator.clock.now() - mintedAt) / 1000;
  for (const { status, body } of answers) {
    t.equal(status, 200);
    const { exp: expiry, expires_in: left, ...rest } = body;
    t.same(rest, {
      azp: CLIENT_ID,
      aud: CLIENT_ID,
      sub: '106488946935451153824',
      scope: `openid ${EMAIL} ${PROFILE}`,
      email: 'ada@example.com',
      email_verified: 'true',
      access_type: 'online',
    });
    t.ok(typeof expiry === 'string' && Math.abs(Number(expiry) - exp) <= 1);
    t.ok(typeof left === 'string' && /^\d+$/.test(left));
    t.ok(Number(left) <= 3600 && Number(left) >= 3598 - passedS, `${left} s`);
  }
});

t.test('v1 and v2 use other names and real numbers and booleans', async (t) => {
  const emulator = await start(t);
  for (const version of ['v1', 'v2']) {
    const { body } = await postForm(emulator, `/oauth2/${version}/tokeninfo`, { access_token: emulator.mintToken() });
    const { expires_in: left, ...rest } = body;
    t.type(left, 'number');
    t.same(rest, {
      issued_to: CLIENT_ID,
      audience: CLIENT_ID,
      user_id: '106488946935451153824',
      scope: `openid ${EMAIL} ${PROFILE}`,
      email: 'ada@example.com',
      verified_email: true,
      access_type: 'online',
    });
  }
});

t.test('what is left out without the scopes', async (t) => {
  const emulator = await start(t);
  const keys = async (scopes: string[]) =>
    Object.keys((await postForm(emulator, '/tokeninfo', { access_token: emulator.mintToken({ scopes }) })).body);
  const always = ['azp', 'aud', 'scope', 'exp', 'expires_in', 'access_type'];
  t.same((await keys([CALENDAR])).sort(), [...always].sort(), 'no identity scope: no sub, no email');
  t.same((await keys([])).sort(), [...always].sort());
  t.same((await keys(['openid'])).sort(), [...always, 'sub'].sort());
  t.same((await keys(['profile'])).sort(), [...always, 'sub'].sort());
  t.same((await keys(['email'])).sort(), [...always, 'sub', 'email', 'email_verified'].sort());
});

t.test('an unverified e-mail is the string "false"', async (t) => {
  const emulator = await start(t);
  const token = emulator.mintToken({ user: 'una@example.net', accessType: 'offline' });
  const { body } = await postForm(emulator, '/tokeninfo', { access_token: token });
  t.match(body, { email_verified: 'false', access_type: 'offline' });
});

t.test('service accounts have no sub and a number as audience', async (t) => {
  const emulator = await start(t);
  const info = async (token: string) => (await postForm(emulator, '/tokeninfo', { access_token: token })).body;
  const robot = await info(emulator.mintToken({ kind: 'service-account' }));
  t.match(robot, { aud: /^\d{21}$/, azp: /^\d{21}$/, email: 'robot@emulator-project.iam.gserviceaccount.com' });
  t.equal(robot.aud, robot.azp);
  t.notOk('sub' in robot);
  const named = await info(emulator.mintToken({ kind: 'service-account', user: 'ci@p.iam.gserviceaccount.com' }));
  t.equal(named.email, 'ci@p.iam.gserviceaccount.com');
  t.not(named.aud, robot.aud);
  const delegated = await info(emulator.mintToken({ kind: 'delegation', user: 'grace@example.org' }));
  t.match(delegated, { aud: robot.aud, email: 'grace@example.org' }, 'the e-mail of the person it acts for');
  t.notOk('sub' in delegated);
});

t.test('aud and azp differ when another client of the project asked', async (t) => {
  const redirectUris = [REDIRECT_URI];
  const emulator = await start(t, {
    clients: [
      { id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris },
      { id: 'android', secret: 'x', redirectUris },
    ],
  });
  const token = emulator.mintToken({ client: CLIENT_ID, authorizedParty: 'android' });
  t.match((await postForm(emulator, '/tokeninfo', { access_token: token })).body, { aud: CLIENT_ID, azp: 'android' });
});

t.test('unknown, expired and revoked look the same', async (t) => {
  const emulator = await start(t);
  const revoked = emulator.mintToken({ user: 'grace@example.org' });
  await postForm(emulator, '/revoke', { token: revoked });
  const expired = emulator.mintToken({ lifetimeS: 100 });
  emulator.clock.advance(50_000);
  t.equal((await postForm(emulator, '/tokeninfo', { access_token: expired })).status, 200);
  emulator.clock.advance(50_000);
  for (const token of ['ya29.garbage', revoked, expired]) {
    for (const path of ['/tokeninfo', '/oauth2/v1/tokeninfo', '/oauth2/v2/tokeninfo']) {
      const answer = await postForm(emulator, path, {}, bearer(token));
      t.equal(answer.status, 400);
      t.same(answer.body, INVALID);
    }
    const v3 = await postForm(emulator, '/oauth2/v3/tokeninfo', {}, bearer(token));
    t.same(v3.body, { error_description: 'Invalid Value' }, 'v3 leaves the code out');
  }
});

t.test('two tokens are one too many', async (t) => {
  const emulator = await start(t);
  const [first, second] = [emulator.mintToken(), emulator.mintToken()];
  const answer = await getJson(`${emulator.url}/tokeninfo?access_token=${first}&access_token=${second}`);
  t.match(answer, { status: 400, body: { error: 'invalid_request' } });
});

t.test('no token at all', async (t) => {
  const emulator = await start(t);
  const answer = await postForm(emulator, '/tokeninfo', {});
  t.equal(answer.status, 400);
  t.same(answer.body, {
    error: 'invalid_request',
    error_description: 'Either access_token, id_token, or token_handle required',
  });
});

t.test('ID tokens are explained too', async (t) => {
  const emulator = await start(t);
  const code = await new Browser(emulator).signIn(emulator);
  const idToken = String((await exchange(emulator, code)).body.id_token);
  const { status, body } = await getJson(`${emulator.url}/tokeninfo?id_token=${idToken}`);
  t.equal(status, 200);
  t.match(body, { iss: emulator.url, aud: CLIENT_ID, email_verified: 'true', alg: 'RS256', typ: 'JWT' });
  t.ok(Object.values(body).every((value) => typeof value === 'string'));
  t.same((await getJson(`${emulator.url}/tokeninfo?id_token=${idToken}x`)).body, INVALID);
  emulator.clock.advance(3_601_000);
  t.same((await getJson(`${emulator.url}/tokeninfo?id_token=${idToken}`)).body, INVALID);
});
