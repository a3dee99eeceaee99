import { text } from 'node:stream/consumers';
import { test } from 'tap';
import { jwtCallback, signOutEvent } from '../src/index.ts';
import { readClient } from '../src/options.ts';
import { Grants } from '../src/refresh/grants.ts';
import { CLIENT_ID, CLIENT_SECRET, jwtParams } from './support/app.ts';
import { listen } from './support/server.ts';

const MANY = 10_001;
const HOUR_MS = 3_600_000;

/** A session whose token is due in so many ms. */
function session(
  name: string,
  dueInMs: number,
): { accessToken: string; refreshToken: string } & Record<string, unknown> {
  const now = Date.now();
  return {
    googleSubject: name,
    accessToken: `old-${name}`,
    accessTokenIssuedAt: now - HOUR_MS,
    accessTokenExpiresAt: now + dueInMs + 600_000,
    accessTokenRefreshAt: now + dueInMs,
    refreshToken: name,
  };
}

test(`what became of a session is known after ${MANY} others that were read, and ${MANY} that were renewed`, async (t) => {
  const asked: unknown[] = [];
  const google = await listen(t, async (request, response) => {
    const refreshToken = new URLSearchParams(await text(request)).get('refresh_token');
    asked.push(refreshToken);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: `new-${refreshToken}`, expires_in: 3600, token_type: 'Bearer' }));
  });
  const options = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, endpoints: google };
  const callback = jwtCallback(options);
  const renewed = session('renewed', -1);
  const ended = session('ended', HOUR_MS);
  t.equal((await callback(jwtParams(renewed))).accessToken, 'new-renewed');
  signOutEvent(options)({ token: ended });

  for (let number = 0; number < MANY; number++) await callback(jwtParams(session(`read-${number}`, HOUR_MS)));
  const grants = new Grants(readClient(options));
  for (let number = 0; number < MANY; number++) {
    const tokens = { accessToken: `old-${number}`, refreshToken: `${number}`, issuedAt: 0, expiresAt: 0, refreshAt: 0 };
    const credentials = { ...tokens, accessToken: `new-${number}` };
    await grants.add(`${number}`).renew(tokens, false, async () => ({ credentials }));
    grants.end(`signed-out-${number}`);
  }

  t.equal((await callback(jwtParams(renewed))).accessToken, 'new-renewed');
  t.same(asked, ['renewed'], 'the late one is led to the result that there is');
  await t.rejects(async () => callback(jwtParams(ended)), /ended by signing out/);
});

test('of a hundred thousand renewals and sign-outs, and one more, the oldest is forgotten', (t) => {
  const grants = new Grants(readClient({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }));
  for (let number = 0; number <= 100_000; number++) {
    grants.add(`${number}`);
    grants.end(`signed-out-${number}`);
  }
  t.equal(grants.find('0'), undefined);
  t.ok(grants.find('1'));
  t.notOk(grants.isSignedOut('signed-out-0'));
  t.ok(grants.isSignedOut('signed-out-1'));
  t.end();
});
