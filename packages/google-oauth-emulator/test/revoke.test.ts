import t from 'tap';
import { Browser, CLIENT_ID, CLIENT_SECRET, exchange, postForm, REDIRECT_URI, refresh, start } from './browser.ts';

const ENDED = { error: 'invalid_token', error_description: 'Token expired or revoked' };

t.test('revoking one token ends the whole grant, and only that', async (t) => {
  const redirectUris = [REDIRECT_URI];
  const emulator = await start(t, {
    clients: [
      { id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris },
      { id: 'same-project', secret: 'x', redirectUris },
      { id: 'other-project', secret: 'x', redirectUris, project: 'other' },
    ],
  });
  const browser = new Browser(emulator);
  const { body } = await exchange(emulator, await browser.signIn(emulator, { access_type: 'offline' }));
  const [accessToken, refreshToken] = [String(body.access_token), String(body.refresh_token)];
  const sibling = emulator.mintToken({ client: 'same-project' });
  const untouched = [
    emulator.mintToken({ client: 'other-project' }),
    emulator.mintToken({ user: 'grace@example.org' }),
  ];
  const revoked = await postForm(emulator, '/revoke', { token: accessToken });
  t.equal(revoked.status, 200);
  t.same(revoked.body, {});
  const status = async (token: string) => (await postForm(emulator, '/tokeninfo', { access_token: token })).status;
  t.equal(await status(accessToken), 400);
  t.equal(await status(sibling), 400, 'another client of the project');
  t.same((await refresh(emulator, refreshToken)).body, {
    error: 'invalid_grant',
    error_description: 'Token has been expired or revoked.',
  });
  for (const token of untouched) t.equal(await status(token), 200);
  t.match((await browser.authorize()).html, 'Sign in to localhost:3000', 'consent is asked again');
  t.equal(await status(emulator.mintToken()), 200, 'a new grant has begun');
});

t.test('a refresh token ends the grant as well, from the query too', async (t) => {
  const emulator = await start(t);
  const { body } = await exchange(emulator, await new Browser(emulator).signIn(emulator, { access_type: 'offline' }));
  const query = new URLSearchParams({ token: String(body.refresh_token) });
  t.equal((await postForm(emulator, `/revoke?${query}`, {})).status, 200);
  t.equal((await postForm(emulator, '/tokeninfo', { access_token: String(body.access_token) })).status, 400);
});

t.test('dead and unknown tokens are refused', async (t) => {
  const emulator = await start(t);
  const expired = emulator.mintToken({ lifetimeS: 1 });
  const revoked = emulator.mintToken();
  await postForm(emulator, '/revoke', { token: revoked });
  emulator.clock.advance(1000);
  for (const token of ['garbage', revoked, expired]) {
    const answer = await postForm(emulator, '/revoke', { token });
    t.equal(answer.status, 400);
    t.same(answer.body, ENDED);
  }
  t.match(await postForm(emulator, '/revoke', {}), { status: 400, body: { error: 'invalid_request' } });
  t.match(await postForm(emulator, '/revoke?token=a', { token: 'b' }), { status: 400 }, 'two tokens');
  t.equal((await fetch(`${emulator.url}/revoke?token=x`)).status, 405, 'a link cannot revoke');
});
