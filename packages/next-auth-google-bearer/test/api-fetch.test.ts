import { type Test, test } from 'tap';
import { type ApiCall, type ApiFetch, apiFetch } from '../src/react/calls/api-fetch.ts';
import { callsOf, expires, keep, SessionKeeper, type Site, sessionWith, startSite } from './support/site.ts';

async function startCalls(t: Test): Promise<{ site: Site; call: ApiFetch }> {
  const site = await startSite(t);
  site.good.add('one');
  return { site, call: callsOf(site, keep(t, site, sessionWith('one'))) };
}

test('a call first reads a session that is not known or whose token is dead', async (t) => {
  const site = await startSite(t);
  site.session = sessionWith('two');
  site.good.add('two');
  for (const before of [undefined, sessionWith('one', -1_000)]) {
    const keeper = new SessionKeeper(`${site.url}/auth`, before);
    t.equal((await callsOf(site, keeper)('/user')).status, 200);
  }
});

test('the token goes nowhere but to the API', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  const call = apiFetch('https://api.example.com', keeper.tokens);
  for (const path of [
    'https://elsewhere.example',
    '.elsewhere.example',
    '@elsewhere.example',
    'user',
    '',
    ':1@elsewhere.example',
  ]) {
    await t.rejects(call(path), { name: 'TypeError', message: /slash/ }, path);
  }
});

test('no path leaves the API', async (t) => {
  const { site, call } = await startCalls(t);
  for (const path of ['/../auth/session', '/items/../../auth', '/%2e%2e/auth', '/..\\auth', '/..']) {
    await t.rejects(call(path), { name: 'TypeError', message: /below/ }, path);
  }
  t.same(site.requests, []);
});

test('the token does not follow a redirect, unless it is asked for', async (t) => {
  const { site, call } = await startCalls(t);
  await t.rejects(call('/moved'), { name: 'TypeError' });
  t.same(site.requests, ['GET /api/moved']);
  t.equal((await call('/moved', { redirect: 'manual' })).status, 307);
  t.equal((await call('/moved', { redirect: 'follow' })).redirected, true);
});

test('a header of the caller’s own does not take the place of the token', async (t) => {
  const { call } = await startCalls(t);
  t.equal((await call('/user', { headers: { Authorization: 'Bearer other' } })).status, 200);
});

test('a session without times, as an app of its own callback gives it, is used as it is', async (t) => {
  const site = await startSite(t);
  site.good.add('one');
  const keeper = keep(t, site, { expires, accessToken: 'one' });
  t.equal((await callsOf(site, keeper)('/user')).status, 200);
  t.same(site.requests, ['GET /api/user']);
});

test('a listener is told of each answer with the token that it was for, which no copy of it shows', async (t) => {
  const site = await startSite(t);
  site.good.add('renewed-1');
  const heard: ApiCall[] = [];
  const { tokens } = keep(t, site, sessionWith('one'));
  await apiFetch(`${site.url}/api`, tokens, { onResponse: (call) => heard.push(call) })('/user');
  t.match(
    heard.map(({ status, accessToken, durationMs }) => [status, accessToken, durationMs > 0]),
    [
      [401, 'one', true],
      [200, 'renewed-1', true],
    ],
  );
  t.notMatch(JSON.stringify(heard.map((call) => ({ ...call }))), /one|renewed|Bearer/);
});
