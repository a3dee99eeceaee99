import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Passport } from 'passport';
import { type Profile, Strategy } from 'passport-google-oauth20';
import t, { type Test } from 'tap';
import type { GoogleEmulator } from '../src/index.ts';
import { Browser, CLIENT_ID, CLIENT_SECRET, start } from './browser.ts';

/** A server whose /login and /callback are passport's. Express would add the parsed query; so does this. */
async function startApp(t: Test, scope: string[], userProfileURL?: (google: string) => string) {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const callbackURL = `http://127.0.0.1:${Object(server.address()).port}/callback`;
  const clients = [{ id: CLIENT_ID, secret: CLIENT_SECRET, redirectUris: [callbackURL] }];
  const emulator = await start(t, { clients });
  const passport = new Passport();
  passport.use(
    new Strategy(
      {
        clientID: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        callbackURL,
        authorizationURL: `${emulator.url}/o/oauth2/v2/auth`,
        tokenURL: `${emulator.url}/token`,
        userProfileURL: userProfileURL?.(emulator.url) ?? `${emulator.url}/oauth2/v3/userinfo`,
      },
      (_accessToken, _refreshToken, profile, done) => done(null, profile),
    ),
  );
  const authenticate = passport.authenticate('google', { scope, session: false });
  server.on('request', (request: IncomingMessage & { query?: unknown; user?: unknown }, response) => {
    request.query = Object.fromEntries(new URL(request.url ?? '/', callbackURL).searchParams);
    Reflect.apply(authenticate, undefined, [
      request,
      response,
      (error: unknown) => {
        response.statusCode = error === undefined ? 200 : 500;
        response.end(JSON.stringify(error === undefined ? request.user : { error: String(error) }));
      },
    ]);
  });
  return { emulator, appUrl: new URL('/', callbackURL).href };
}

async function signIn(emulator: GoogleEmulator, appUrl: string): Promise<Response> {
  const started = await fetch(`${appUrl}login`, { redirect: 'manual' });
  const browser = new Browser(emulator);
  const chooser = await browser.open(started.headers.get('location') ?? '');
  const { app } = await browser.allow(await browser.choose(chooser, 'grace@example.org'));
  return fetch(app ?? appUrl, { redirect: 'manual' });
}

t.test('passport-google-oauth20 signs in with the scopes of its README and without openid', async (t) => {
  for (const scope of [['profile'], ['profile', 'email'], ['openid', 'email', 'profile']]) {
    const { emulator, appUrl } = await startApp(t, scope);
    const answer = await signIn(emulator, appUrl);
    t.equal(answer.status, 200);
    const profile: Partial<Profile> = Object(await answer.json());
    t.match(profile, { provider: 'google', id: '113746508213490785132', displayName: 'Grace Hopper' });
    t.equal(profile.emails?.[0]?.value, scope.includes('email') ? 'grace@example.org' : undefined);
  }
});

t.test('passport-google-oauth20 passes a failure of userinfo on', async (t) => {
  const { emulator, appUrl } = await startApp(t, ['profile']);
  emulator.faults.set({ path: '/oauth2/v3/userinfo', kind: 'html', status: 503 });
  t.equal((await signIn(emulator, appUrl)).status, 500);
});
