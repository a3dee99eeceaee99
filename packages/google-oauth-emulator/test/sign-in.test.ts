import t from 'tap';
import { Browser, CALENDAR, DRIVE, EMAIL, exchange, formWith, PROFILE, start } from './browser.ts';

const IDENTITY = `openid ${EMAIL} ${PROFILE}`;

t.test('chooser, consent, code, token', async (t) => {
  const emulator = await start(t);
  const [ada] = emulator.users;
  const browser = new Browser(emulator);
  const chooser = await browser.authorize({ access_type: 'offline', nonce: 'n' });
  t.equal(chooser.status, 200);
  for (const user of emulator.users) t.match(chooser.html, user.email);
  const consent = await browser.choose(chooser, ada?.sub ?? '');
  t.match(consent.html, 'Sign in to localhost:3000');
  t.notMatch(consent.html, 'checkbox', 'sign-in scopes cannot be left out');
  const { app } = await browser.allow(consent);
  t.equal(app?.origin, 'http://localhost:3000');
  t.equal(app?.searchParams.get('state'), 'the-state');
  t.equal(app?.searchParams.get('scope'), IDENTITY);
  const answer = await exchange(emulator, app?.searchParams.get('code') ?? '');
  t.equal(answer.status, 200);
  t.equal(answer.headers.get('cache-control'), 'no-store');
  t.match(answer.body, {
    access_token: /^ya29\.[\w-]+$/,
    expires_in: 3599,
    refresh_token: /^1\/\/[\w-]+$/,
    scope: IDENTITY,
    token_type: 'Bearer',
    id_token: /^[\w-]+\.[\w-]+\.[\w-]+$/,
  });
});

t.test('whoever types an unknown address gets a new account', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const chooser = await browser.authorize();
  const { action, fields } = formWith(chooser, 'name="email"');
  fields.set('email', 'not an address');
  const again = await browser.open(action, fields);
  t.equal(again.status, 400);
  t.match(again.html, 'Enter a valid e-mail address.');
  fields.set('email', 'new.person@example.com');
  const consent = await browser.open(action, fields);
  t.match(consent.html, 'New Person');
  t.equal(emulator.users.length, 4);
  t.match(emulator.users[3]?.sub, /^1\d{20}$/);
});

t.test('an account that does not exist cannot be chosen', async (t) => {
  const browser = new Browser(await start(t));
  const page = await browser.choose(await browser.authorize(), '42');
  t.equal(page.status, 400);
  t.match(page.html, 'That account does not exist.');
});

t.test('Cancel sends access_denied to the app', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const consent = await browser.choose(await browser.authorize(), 'ada@example.com');
  const { app } = await browser.submit(consent, ['decision', 'deny']);
  t.equal(app?.search, '?state=the-state&error=access_denied');
});

t.test('who asks for e-mail address or name gets openid, and with it an ID token', async (t) => {
  const emulator = await start(t);
  for (const [asked, granted] of [
    ['email', `${EMAIL} openid`],
    ['profile email', `${PROFILE} ${EMAIL} openid`],
    [CALENDAR, CALENDAR],
  ] as const) {
    const browser = new Browser(emulator);
    const consent = await browser.choose(await browser.authorize({ scope: asked }), 'ada@example.com');
    const { app } = await browser.allow(consent);
    t.equal(app?.searchParams.get('scope'), granted);
    const { body } = await exchange(emulator, app?.searchParams.get('code') ?? '');
    t.equal(body.scope, granted);
    t.equal(body.id_token === undefined, asked === CALENDAR);
  }
});

t.test('a scope whose box is left empty is not granted', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const consent = await browser.choose(
    await browser.authorize({ scope: `openid ${CALENDAR} ${DRIVE}` }),
    'ada@example.com',
  );
  const { app } = await browser.allow(consent, (fields) => {
    t.same(fields.getAll('scope'), [CALENDAR, DRIVE]);
    fields.delete('scope');
    fields.append('scope', DRIVE);
    fields.append('scope', 'https://www.googleapis.com/auth/gmail.send');
  });
  t.equal(app?.searchParams.get('scope'), `openid ${DRIVE}`, 'and nothing that was not asked for');
});

t.test('granting nothing at all is a denial', async (t) => {
  const browser = new Browser(await start(t));
  const consent = await browser.choose(await browser.authorize({ scope: CALENDAR }), 'ada@example.com');
  const { app } = await browser.allow(consent, (fields) => fields.delete('scope'));
  t.equal(app?.searchParams.get('error'), 'access_denied');
});

t.test('what was granted before needs no page, until prompt asks for one', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  await browser.signIn(emulator);
  const second = await browser.authorize();
  t.ok(second.app?.searchParams.get('code'), 'one account, all granted: straight back');
  t.equal(second.app?.searchParams.get('prompt'), 'none');
  t.match((await browser.authorize({ prompt: 'select_account' })).html, 'Signed in');
  const hinted = await browser.authorize({ prompt: 'consent', login_hint: 'ada@example.com' });
  t.match(hinted.html, 'Sign in to localhost:3000');
  t.match((await browser.authorize({ scope: `openid ${CALENDAR}` })).html, 'wants access');
  t.match((await browser.open('/Logout')).html, 'Google OAuth emulator');
  t.match((await browser.authorize()).html, 'Choose an account', 'signed out');
});

t.test('a hint for somebody who is not signed in here fills in the address', async (t) => {
  const browser = new Browser(await start(t));
  const page = await browser.authorize({ login_hint: 'someone@example.com' });
  t.match(page.html, 'value="someone@example.com"');
});

t.test('prompt=none never shows a page', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const error = async (more: Record<string, string> = {}) =>
    (await browser.authorize({ prompt: 'none', ...more })).app?.searchParams.get('error');
  t.equal(await error(), 'login_required');
  await browser.signIn(emulator);
  t.equal(await error(), null);
  t.equal(await error({ scope: CALENDAR }), 'interaction_required', 'not granted yet');
  t.equal(await error({ login_hint: 'grace@example.org' }), 'interaction_required', 'not signed in here');
  t.equal(await error({ prompt: 'none consent' }), 'invalid_request');
});

t.test('incremental authorization adds to what was granted', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  await browser.signIn(emulator);
  const parameters = { scope: CALENDAR, login_hint: 'ada@example.com' };
  const { app } = await browser.allow(await browser.authorize({ ...parameters, include_granted_scopes: 'true' }));
  t.equal(app?.searchParams.get('scope'), `${CALENDAR} ${IDENTITY}`);
  const alone = await browser.authorize(parameters);
  t.equal(alone.app?.searchParams.get('scope'), CALENDAR, 'only when asked to');
});

t.test('a refresh token comes with the first offline consent and with prompt=consent', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const given = async (parameters: Record<string, string>) =>
    'refresh_token' in (await exchange(emulator, await code(parameters))).body;
  const code = async (parameters: Record<string, string>) => {
    let page = await browser.authorize({ ...parameters, login_hint: 'ada@example.com' });
    if (page.html.includes('Choose an account')) page = await browser.choose(page, 'ada@example.com');
    if (page.app === undefined) page = await browser.allow(page);
    return page.app?.searchParams.get('code') ?? '';
  };
  t.notOk(await given({}), 'online');
  t.ok(await given({ access_type: 'offline' }), 'offline for the first time');
  t.notOk(await given({ access_type: 'offline' }), 'offline again');
  t.ok(await given({ access_type: 'offline', prompt: 'consent' }), 'consent given again');
});

t.test('the request may come as a form', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const form = { client_id: 'x' };
  t.match((await browser.open('/o/oauth2/v2/auth', new URLSearchParams(form))).html, 'invalid_client');
});

t.test('forms work only in the browser that began, and only once', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const chooser = await browser.authorize();
  const stranger = await new Browser(emulator).choose(chooser, 'ada@example.com');
  t.equal(stranger.status, 400);
  t.match(stranger.html, 'begun in another browser');
  const { fields } = formWith(chooser, 'name="user"');
  const early = await browser.open(`/signin/oauth/consent?${fields}`);
  t.equal(early.status, 400, 'consent before an account is chosen');
  const consent = await browser.choose(chooser, 'ada@example.com');
  t.ok((await browser.allow(consent)).app);
  t.equal((await browser.allow(consent)).status, 400);
  t.equal((await browser.open('/signin/oauth/consent')).status, 400);
});

t.test('a sign-in left lying for half an hour is over', async (t) => {
  const emulator = await start(t);
  const browser = new Browser(emulator);
  const chooser = await browser.authorize();
  emulator.clock.advance(30 * 60_000);
  t.equal((await browser.choose(chooser, 'ada@example.com')).status, 400);
});

t.test('the session cookie is out of reach of scripts', async (t) => {
  const emulator = await start(t);
  const response = await fetch(`${emulator.url}/o/oauth2/v2/auth?client_id=x`);
  t.equal(response.headers.get('set-cookie'), null, 'none for a refused request');
  const chooser = await fetch(
    `${emulator.url}/o/oauth2/v2/auth?${new URLSearchParams({
      client_id: emulator.clients[0]?.id ?? '',
      redirect_uri: emulator.clients[0]?.redirectUris[0] ?? '',
      response_type: 'code',
      scope: 'openid',
    })}`,
  );
  t.match(chooser.headers.get('set-cookie'), /^google_oauth_emulator=[\w-]+; Path=\/; HttpOnly; SameSite=Lax$/);
});

t.test('the forms take nothing but POST', async (t) => {
  const emulator = await start(t);
  const answer = await fetch(`${emulator.url}/signin/oauth/accountchooser`);
  t.equal(answer.status, 405);
  t.equal(answer.headers.get('allow'), 'POST');
});
