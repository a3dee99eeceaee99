import { getEventListeners } from 'node:events';
import { createServer } from 'node:net';
import { type Test, test } from 'tap';
import { apiFetch } from '../src/react/calls/api-fetch.ts';
import { callsOf, keep, SessionKeeper, type Site, sessionWith, startSite } from './support/site.ts';

/** What a call may be waiting for, and how long that goes on: until the test is over. */
const waits: Record<string, (t: Test, site: Site) => SessionKeeper> = {
  'the session is read': (_, site) => {
    site.session = sessionWith('one');
    site.hold('GET');
    return new SessionKeeper(`${site.url}/auth`, undefined);
  },
  'a token that is dead is renewed': (_, site) => {
    site.session = sessionWith('one');
    site.hold('GET');
    return new SessionKeeper(`${site.url}/auth`, sessionWith('one', -1_000));
  },
  'a refused token is renewed': (t, site) => {
    site.hold('POST');
    return keep(t, site, sessionWith('refused'));
  },
  'the API is silent': (t, site) => {
    site.hold('API');
    return keep(t, site, sessionWith('one'));
  },
};

for (const [what, start] of Object.entries(waits)) {
  test(`the caller’s signal ends a call at once while ${what}`, async (t) => {
    const site = await startSite(t);
    const keeper = start(t, site);
    const controller = new AbortController();
    const reason = new Error('the visitor has left');
    const call = callsOf(site, keeper)('/user', { signal: controller.signal });
    await site.held();
    const before = site.requests.length;
    controller.abort(reason);
    await t.rejects(call, reason);
    site.release();
    await keeper.refetch();
    const sent = site.requests.slice(before).filter((request) => request.includes('/api/'));
    t.same(sent, [], 'nothing is sent afterwards');
  });

  test(`timeoutMs holds while ${what}`, async (t) => {
    const site = await startSite(t);
    const call = callsOf(site, start(t, site))('/user', { timeoutMs: 200 });
    await t.rejects(call, { name: 'ApiTimeoutError', message: 'the call was not answered within 200 ms' });
  });
}

test('one caller’s abort does not hurt another who waits for the same session', async (t) => {
  const site = await startSite(t);
  const keeper = waits['the session is read']?.(t, site);
  if (keeper === undefined) throw new Error('no such wait');
  site.good.add('one');
  const call = callsOf(site, keeper);
  const other = call('/user');
  const aborted = call('/user', { signal: AbortSignal.timeout(50) });
  await t.rejects(aborted, { name: 'TimeoutError' });
  site.release();
  t.equal((await other).status, 200);
});

test('a call whose signal is aborted already sends nothing', async (t) => {
  const site = await startSite(t);
  const keeper = new SessionKeeper(`${site.url}/auth`, undefined);
  await t.rejects(callsOf(site, keeper)('/user', { signal: AbortSignal.abort() }), { name: 'AbortError' });
  t.same(site.requests, []);
});

test('a machine that takes the connection and says nothing keeps no call', async (t) => {
  const silent = createServer().listen(0, '127.0.0.1');
  t.teardown(() => silent.close());
  await new Promise((resolve) => silent.once('listening', resolve));
  const address = silent.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  const call = apiFetch(`http://127.0.0.1:${address.port}`, keeper.tokens, { timeoutMs: 200 });
  await t.rejects(call('/user'), { name: 'ApiTimeoutError' }, 'said once for all calls');
  await t.rejects(call('/user', { timeoutMs: 100 }), { message: /100 ms/ }, 'and for one');
});

test('what is no time is refused, and one that no timer can hold is not over at once', async (t) => {
  const site = await startSite(t);
  site.good.add('one');
  const call = callsOf(site, keep(t, site, sessionWith('one')));
  for (const timeoutMs of [0, -1, Number.NaN]) {
    await t.rejects(call('/user', { timeoutMs }), { name: 'TypeError', message: /^timeoutMs: / });
  }
  t.same(site.requests, []);
  for (const timeoutMs of [2 ** 31, Number.POSITIVE_INFINITY])
    t.equal((await call('/user', { timeoutMs })).status, 200);
});

test('the signal of a whole page may be given to any number of calls', async (t) => {
  const site = await startSite(t);
  site.good.add('one');
  const { signal } = new AbortController();
  const call = callsOf(site, keep(t, site, sessionWith('one')));
  for (let count = 0; count < 20; count++) await (await call('/user', { signal })).body?.cancel();
  t.equal(getEventListeners(signal, 'abort').length, 0);
});
