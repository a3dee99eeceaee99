import { test } from 'tap';
import { toLocalTimes } from '../src/react/session/server-clock.ts';
import { callsOf, keep, type ShownSession, sessionWith, startSite } from './support/site.ts';

/** A session as the server tells it, by whose clock it is `aheadMs` earlier than by this one. */
function told(aheadMs: number): ShownSession {
  const session = sessionWith('one');
  return {
    ...session,
    readAt: Date.now() - aheadMs,
    accessTokenExpiresAt: session.accessTokenExpiresAt - aheadMs,
    accessTokenRefreshAt: session.accessTokenRefreshAt - aheadMs,
  };
}

for (const aheadMs of [7_200_000, -7_200_000]) {
  for (const from of ['the page', 'the server'] as const) {
    test(`a clock that is ${aheadMs / 60_000} minutes ahead changes nothing, with the session from ${from}`, async (t) => {
      const site = await startSite(t);
      site.good.add('one');
      const right = sessionWith('one');
      site.session = told(aheadMs);
      const keeper = keep(t, site, from === 'the page' ? told(aheadMs) : undefined);
      const call = callsOf(site, keeper);
      for (let round = 0; round < 5; round++) t.equal((await call('/user')).status, 200);
      const reads = site.requests.filter((request) => request === 'GET /auth/session').length;
      t.equal(reads, from === 'the page' ? 0 : 1);
      const { accessTokenExpiresAt, accessTokenRefreshAt } = keeper.session() ?? {};
      const offMs = Number(accessTokenExpiresAt) - right.accessTokenExpiresAt;
      // It was read at some time since the page began, which is here this process.
      t.ok(Math.abs(offMs) <= performance.now(), `${offMs} ms off`);
      t.equal(Number(accessTokenExpiresAt) - Number(accessTokenRefreshAt), 900_000);
    });
  }
}

const cases = [
  { what: 'read during the request', readAt: 1_500, moved: 0 },
  { what: 'at its very start', readAt: 1_000, moved: 0 },
  { what: 'at its very end', readAt: 2_000, moved: 0 },
  { what: 'before it, by a clock that is behind this one', readAt: 400, moved: 600 },
  { what: 'after it, by a clock that is ahead of this one', readAt: 2_700, moved: -700 },
];
for (const { what, readAt, moved } of cases) {
  test(`times of a session that was ${what} are moved by ${moved} ms`, (t) => {
    const session = { expires: '', readAt, accessTokenExpiresAt: 9_000, accessTokenRefreshAt: 8_000 };
    const local = toLocalTimes(session, 1_000, 2_000);
    t.same(local, {
      expires: '',
      readAt: readAt + moved,
      accessTokenExpiresAt: 9_000 + moved,
      accessTokenRefreshAt: 8_000 + moved,
    });
    t.equal(toLocalTimes(local, 1_000, 2_000), local, 'once is enough');
    t.end();
  });
}

test('without a time of reading, as with a callback of the app’s own, nothing is known of the clock', (t) => {
  const session = { expires: '', accessTokenExpiresAt: 9_000 };
  t.equal(toLocalTimes(session, 1_000, 2_000), session);
  t.end();
});
