import { test } from 'tap';
import { MockAgent } from 'undici';
import { createTokenVerifier } from '../src/index.ts';
import { assertUnavailable, failure, TOKEN } from './fixtures/outcomes.ts';
import { AUDIENCE, SUBJECT, user } from './fixtures/tokeninfo-bodies.ts';

test('a dispatcher sends lookups and ends grants, and stays its maker’s', async (t) => {
  const agent = new MockAgent();
  agent.disableNetConnect();
  t.teardown(() => agent.close());
  const google = agent.get('https://oauth2.googleapis.com');
  google
    .intercept({ method: 'POST', path: '/tokeninfo', headers: { authorization: `Bearer ${TOKEN}` } })
    .reply(200, user());
  google.intercept({ method: 'POST', path: /^\/revoke/ }).reply(200, {});
  const verifier = createTokenVerifier({ audience: AUDIENCE, dispatcher: agent });
  t.equal((await verifier.verify(TOKEN)).subject, SUBJECT);
  await verifier.revokeGrant(TOKEN);
  agent.assertNoPendingInterceptors();
  await verifier.close();
  google.intercept({ method: 'GET', path: '/after' }).reply(200, 'alive');
  t.equal(
    (await agent.request({ origin: 'https://oauth2.googleapis.com', path: '/after', method: 'GET' })).statusCode,
    200,
  );
});

test('through a dispatcher, too, a reply that does not end is cut off, and no redirect is followed', async (t) => {
  const agent = new MockAgent();
  agent.disableNetConnect();
  t.teardown(() => agent.close());
  const google = agent.get('https://oauth2.googleapis.com');
  google.intercept({ method: 'POST', path: '/tokeninfo' }).reply(200, 'x'.repeat(70_000)).times(2);
  await using verifier = createTokenVerifier({ audience: AUDIENCE, dispatcher: agent });
  const error = await failure(verifier.verify(TOKEN));
  assertUnavailable(t, error);
  t.match(error.cause, { message: 'tokeninfo cannot be reached: ERR_REPLY_TOO_LONG' });
  google
    .intercept({ method: 'POST', path: '/tokeninfo' })
    .reply(302, '', { headers: { location: 'https://oauth2.googleapis.com/other' } });
  assertUnavailable(t, await failure(verifier.verify('ya29.other')));
});

test('what is no dispatcher is refused at once', (t) => {
  for (const dispatcher of [null, {}, 'http://proxy:3128', 7]) {
    const make = () => Reflect.apply(createTokenVerifier, undefined, [{ audience: AUDIENCE, dispatcher }]);
    t.throws(make, { name: 'TypeError', message: /dispatcher: / });
  }
  t.end();
});
