import { encode } from 'next-auth/jwt';
import { test } from 'tap';
import { jwtCallback } from '../src/index.ts';
import { CLIENT_ID, CLIENT_SECRET, jwtParams, SECRET } from './support/app.ts';

/** From here on NextAuth splits a cookie; a few pieces more and Node refuses the request's headers. */
const CHUNK = 3933;

test('the cookie stays in one piece up to an access token of 1500 characters', async (t) => {
  const callback = jwtCallback({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
  for (const length of [220, 1024, 1500]) {
    const account = {
      provider: 'google',
      type: 'oauth',
      providerAccountId: '106488946935451153824',
      access_token: `ya29.${'x'.repeat(length - 5)}`,
      refresh_token: `1//${'x'.repeat(200)}`,
      id_token: 'x'.repeat(1200),
      scope: 'openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/userinfo.profile',
      expires_at: 1_800_000_000,
    } as const;
    const person = {
      name: 'n'.repeat(60),
      email: `${'e'.repeat(60)}@example.com`,
      picture: `https://lh3.googleusercontent.com/a/${'p'.repeat(80)}=s96-c`,
      sub: '106488946935451153824',
    };
    const token = await callback({ ...jwtParams(person), account });
    t.ok((await encode({ token, secret: SECRET })).length <= CHUNK, `${length}`);
  }
});
