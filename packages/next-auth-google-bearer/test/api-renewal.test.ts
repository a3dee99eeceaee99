import { eventually } from '@google-bearer/test-kit/eventually';
import { test } from 'tap';
import { apiFetch } from '../src/react/calls/api-fetch.ts';
import { moveClock } from './support/clock.ts';
import { callsOf, keep, sessionWith, startSite } from './support/site.ts';

test('a refused token is renewed once for all calls, and each is tried once more', async (t) => {
  const site = await startSite(t);
  site.good.add('renewed-1');
  const keeper = keep(t, site, sessionWith('leaked'));
  const seen: string[] = [];
  const call = apiFetch(`${site.url}/api`, keeper.tokens, {
    onResponse: ({ method, path, status }) => seen.push(`${method} ${path} ${status}`),
  });
  const answers = await Promise.all([1, 2, 3].map(() => call('/user', { method: 'PUT', body: 'x' })));
  t.same(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  t.same(seen.sort(), [...Array(3).fill('PUT /user 200'), ...Array(3).fill('PUT /user 401')]);
  t.equal(site.renewals(), 1);
});

test('when the renewed token is refused too, it is left at that', async (t) => {
  const site = await startSite(t);
  const call = callsOf(site, keep(t, site, sessionWith('one')));
  t.equal((await call('/user')).status, 401);
  t.equal((await call('/user')).status, 401);
  t.equal((await call('/user')).status, 401);
  t.same(site.requests, [
    'GET /api/user',
    'GET /auth/csrf',
    'POST /auth/session',
    'GET /api/user',
    'GET /api/user',
    'GET /api/user',
  ]);
});

test('an API that refuses every token costs one renewal, however many call it', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  const calls = [callsOf(site, keeper), callsOf(site, keeper)];
  for (let round = 0; round < 5; round++) for (const call of calls) t.equal((await call('/user')).status, 401);
  t.equal(site.renewals(), 1);
});

test('but not for ever: it is tried again after pauses that grow from four seconds to a minute', async (t) => {
  moveClock(t, 0);
  const site = await startSite(t);
  const call = callsOf(site, keep(t, site, sessionWith('one')));
  t.equal((await call('/user')).status, 401);
  for (const [index, pauseMs] of [4_000, 8_000, 16_000, 32_000, 60_000, 60_000].entries()) {
    const renewals = index + 1;
    moveClock(t, pauseMs - 1);
    t.equal((await call('/user')).status, 401);
    t.equal(site.renewals(), renewals);
    moveClock(t, 1);
    t.equal((await call('/user')).status, 401);
    t.equal(site.renewals(), renewals + 1, `${pauseMs} ms`);
  }
  site.good.add('renewed-8');
  moveClock(t, 60_000);
  t.equal((await call('/user')).status, 200);
  site.good.clear();
  t.equal((await call('/user')).status, 401);
  moveClock(t, 4_000);
  site.good.add('renewed-10');
  t.equal((await call('/user')).status, 200, 'and then they are short again');
});

test('nor do calls beside each other make the pause longer', async (t) => {
  moveClock(t, 0);
  const site = await startSite(t);
  const call = callsOf(site, keep(t, site, sessionWith('one')));
  const all = async () => (await Promise.all([1, 2, 3, 4, 5].map(() => call('/user')))).map(({ status }) => status);
  t.same(await all(), Array(5).fill(401));
  site.good.add('renewed-2');
  moveClock(t, 4_000);
  t.same(await all(), Array(5).fill(200));
});

test('nor once the API has accepted the token', async (t) => {
  const site = await startSite(t);
  const call = callsOf(site, keep(t, site, sessionWith('one')));
  t.equal((await call('/user')).status, 401);
  site.good.add('renewed-1');
  t.equal((await call('/user')).status, 200);
  site.good.clear();
  site.good.add('renewed-2');
  t.equal((await call('/user')).status, 200, 'a token that leaks later is renewed');
  t.equal(site.renewals(), 2);
});

test('the 401 is the answer when no other token is to be had', async (t) => {
  const site = await startSite(t);
  site.session = 'down';
  const call = callsOf(site, keep(t, site, sessionWith('one')));
  t.equal((await call('/user')).status, 401);
  t.equal(site.requests.filter((request) => request.startsWith('GET /api/user')).length, 1);
});

test('a body that can be read only once is not sent twice; the next call has the new token', async (t) => {
  const site = await startSite(t);
  site.good.add('renewed-1');
  const call = callsOf(site, keep(t, site, sessionWith('one')));
  const send = (): Promise<Response> => {
    const init = { method: 'PUT', body: new Blob(['x']).stream(), duplex: 'half' };
    return call('/user', init);
  };
  t.equal((await send()).status, 401);
  await eventually('the new token', () => site.renewals() === 1);
  await eventually('the next call', async () => (await send()).status === 200);
  t.equal(site.renewals(), 1);
});

test('a call is neither sent nor repeated as somebody else, who has signed in in another tab', async (t) => {
  const site = await startSite(t);
  site.good.add('bob');
  const bob = { ...sessionWith('bob'), subject: '2' };
  // Ada's token is refused, and Ada's token is dead.
  for (const session of [sessionWith('ada'), sessionWith('ada', -1_000)]) {
    const keeper = keep(t, site, { ...session, subject: '1' });
    site.requests.length = 0;
    site.session = bob;
    site.renewed = bob;
    const call = callsOf(site, keeper);
    await t.rejects(call('/user', { method: 'DELETE' }), { name: 'NotSignedInError', message: /another account/ });
    t.notOk(site.bearers.includes('bob'));
  }
});

test('nor when the other has signed in while the call was under way', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, { ...sessionWith('ada'), subject: '1' });
  const sent = await keeper.token();
  site.session = { ...sessionWith('bob'), subject: '2' };
  await keeper.restart();
  await t.rejects(keeper.tokenInsteadOf(sent), { name: 'NotSignedInError', message: /another account/ });
  t.equal((await keeper.token()).accessToken, 'bob', 'what Bob asks for is done as Bob');
});
