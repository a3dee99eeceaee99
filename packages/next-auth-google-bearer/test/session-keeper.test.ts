import { mock } from 'node:test';
import { type Test, test } from 'tap';
import { apiFetch } from '../src/react/api-fetch.ts';
import { type KnownSession, SessionKeeper } from '../src/react/session-keeper.ts';
import { listen } from './support/server.ts';

/** NextAuth's session routes, and an API, as far as a page sees them. */
interface Site {
  readonly url: string;
  readonly requests: string[];
  /** What the session is; `down`: nobody answers; `broken`: with an error page. */
  session: Record<string, unknown> | 'down' | 'broken';
  /** What the session is after a renewal; undefined: a new token each time. */
  renewed: Record<string, unknown> | undefined;
  /** The access tokens that the API accepts. */
  readonly good: Set<string>;
  /** The access tokens that the API was sent. */
  readonly bearers: string[];
  /** How far its clock is ahead. */
  clockMs: number;
  /** Holds the next answer of the session as it is now, until it is released. */
  hold(): void;
  /** Resolves once an answer is held. */
  held(): Promise<void>;
  release(): void;
}

const expires = new Date(Date.now() + 86_400_000).toISOString();

function sessionWith(
  accessToken: string,
  lifeMs = 3_600_000,
): { expires: string; accessToken: string; accessTokenExpiresAt: number; accessTokenRefreshAt: number } {
  const accessTokenExpiresAt = Date.now() + lifeMs;
  return { expires, accessToken, accessTokenExpiresAt, accessTokenRefreshAt: accessTokenExpiresAt - lifeMs / 4 };
}

async function startSite(t: Test): Promise<Site> {
  let renewals = 0;
  const url = await listen(t, async (request, response) => {
    site.requests.push(`${request.method} ${request.url}`);
    if (request.url?.startsWith('/api/user')) {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      site.bearers.push(token);
      return void response.writeHead(site.good.has(token) ? 200 : 401).end();
    }
    if (request.url === '/auth/csrf') return void response.end('{"csrfToken":"csrf"}');
    if (site.session === 'down') return void request.socket.destroy();
    if (site.session === 'broken') return void response.writeHead(500).end('<html>');
    if (request.method === 'POST') {
      renewals += 1;
      site.session = site.renewed ?? sessionWith(`renewed-${renewals}`);
    }
    const body = JSON.stringify(site.session);
    if (holding) {
      holding = false;
      arrived.resolve();
      await released.promise;
    }
    response.setHeader('date', new Date(Date.now() + site.clockMs).toUTCString()).end(body);
  });
  let holding = false;
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const site: Site = {
    url,
    requests: [],
    session: {},
    renewed: undefined,
    good: new Set(),
    bearers: [],
    clockMs: 0,
    hold: () => {
      holding = true;
    },
    held: () => arrived.promise,
    release: () => released.resolve(),
  };
  return site;
}

function keep(t: Test, site: Site, session: KnownSession, refetchIntervalS = 0): SessionKeeper {
  const keeper = new SessionKeeper(`${site.url}/auth`, session);
  t.teardown(keeper.start(refetchIntervalS));
  return keeper;
}

/** Resolves with the session once it fits. */
function until(keeper: SessionKeeper, fits: (session: KnownSession) => boolean): Promise<KnownSession> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!fits(keeper.session())) return;
      stop();
      resolve(keeper.session());
    };
    const stop = keeper.subscribe(look);
    look();
  });
}

test('reads the session again when its access token is due', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one', 400));
  site.session = sessionWith('two');
  await until(keeper, (session) => session?.accessToken === 'two');
  t.same(site.requests, ['GET /auth/session']);
});

for (const trouble of ['down', 'broken'] as const) {
  test(`a session that cannot be read (${trouble}) signs nobody out, and is asked for again, without haste`, async (t) => {
    const site = await startSite(t);
    mock.timers.enable({ apis: ['setTimeout'] });
    t.teardown(() => mock.timers.reset());
    const keeper = keep(t, site, sessionWith('one', 0));
    site.session = trouble;
    for (const pause of [1, 1_000, 2_000, 4_000]) {
      const { length } = site.requests;
      mock.timers.tick(pause - 1);
      t.equal(site.requests.length, length);
      mock.timers.tick(1);
      // Joins the reading that the timer has begun.
      await keeper.refetch();
      t.equal(site.requests.length, length + 1, `after ${pause} ms`);
      t.equal(keeper.session()?.accessToken, 'one');
    }
    site.session = sessionWith('two');
    mock.timers.tick(8_000);
    await keeper.refetch();
    t.equal(keeper.session()?.accessToken, 'two');
  });
}

test('those who ask at once wait for one answer', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, undefined);
  site.session = sessionWith('one');
  await Promise.all([keeper.refetch(), keeper.refetch(), keeper.token()]);
  t.equal(site.requests.length, 1);
});

test('a sign-out elsewhere arrives', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  await keeper.refetch();
  t.equal(keeper.session(), null);
  await t.rejects(keeper.token(), { name: 'NotSignedInError' });
});

test('a session that is over is not asked for again', async (t) => {
  const site = await startSite(t);
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const keeper = keep(t, site, sessionWith('one', 40), 60);
  site.session = { expires, error: 'invalid_grant' };
  const over = until(keeper, (session) => session?.error === 'invalid_grant');
  mock.timers.tick(40);
  await over;
  await t.rejects(keeper.token(), { name: 'NotSignedInError' });
  mock.timers.tick(2 ** 31 - 1);
  await keeper.refetch();
  t.equal(site.requests.length, 2, 'the one that told so, and the last one here');
});

test('a call first reads a session that is not known or whose token is dead', async (t) => {
  const site = await startSite(t);
  site.session = sessionWith('two');
  site.good.add('two');
  for (const before of [undefined, sessionWith('one', -1_000)]) {
    const keeper = new SessionKeeper(`${site.url}/auth`, before);
    const call = apiFetch(`${site.url}/api`, keeper, () => {});
    t.equal((await call('/user')).status, 200);
  }
});

test('a refused token is renewed once for all calls, and each is tried once more', async (t) => {
  const site = await startSite(t);
  site.good.add('renewed-1');
  const keeper = keep(t, site, sessionWith('leaked'));
  const seen: string[] = [];
  const call = apiFetch(`${site.url}/api`, keeper, ({ method, path, status }) =>
    seen.push(`${method} ${path} ${status}`),
  );
  const answers = await Promise.all([1, 2, 3].map(() => call('/user', { method: 'PUT', body: 'x' })));
  t.same(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  t.same(seen.sort(), [...Array(3).fill('PUT /user 200'), ...Array(3).fill('PUT /user 401')]);
  t.equal(site.requests.filter((request) => request === 'POST /auth/session').length, 1);
});

test('when the renewed token is refused too, it is left at that', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  const call = apiFetch(`${site.url}/api`, keeper, () => {});
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

test('the 401 is the answer when no other token is to be had', async (t) => {
  const site = await startSite(t);
  site.session = 'down';
  const keeper = keep(t, site, sessionWith('one'));
  const call = apiFetch(`${site.url}/api`, keeper, () => {});
  t.equal((await call('/user')).status, 401);
  t.equal(site.requests.filter((request) => request.startsWith('GET /api/user')).length, 1);
});

test('a body that can be read only once is not sent twice', async (t) => {
  const site = await startSite(t);
  site.good.add('renewed-1');
  const keeper = keep(t, site, sessionWith('one'));
  const call = apiFetch(`${site.url}/api`, keeper, () => {});
  const body = new Blob(['x']).stream();
  const init = { method: 'PUT', body, duplex: 'half' };
  t.equal((await call('/user', init)).status, 401);
});

test('the token goes nowhere but to the API', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  const call = apiFetch('https://api.example.com', keeper, () => {});
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

test('a header of the caller’s own does not take the place of the token', async (t) => {
  const site = await startSite(t);
  site.good.add('one');
  const keeper = keep(t, site, sessionWith('one'));
  const call = apiFetch(`${site.url}/api`, keeper, () => {});
  t.equal((await call('/user', { headers: { Authorization: 'Bearer other' } })).status, 200);
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
    const call = apiFetch(`${site.url}/api`, keeper, () => {});
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

test('what was asked before a sign-out does not undo it', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  site.session = sessionWith('one');
  site.hold();
  const before = keeper.refetch();
  await site.held();
  site.session = {};
  const after = keeper.restart();
  await after;
  t.equal(keeper.session(), null);
  site.release();
  await before;
  t.equal(keeper.session(), null);
});

test('an API that refuses every token costs one renewal, however many call it', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  const calls = [1, 2].map(() => apiFetch(`${site.url}/api`, keeper, () => {}));
  for (let round = 0; round < 5; round++) for (const call of calls) t.equal((await call('/user')).status, 401);
  t.equal(site.requests.filter((request) => request === 'POST /auth/session').length, 1);
});

test('a session that is not known yet is asked for until it is', async (t) => {
  const site = await startSite(t);
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  site.session = 'down';
  const keeper = keep(t, site, undefined);
  mock.timers.tick(0);
  await keeper.refetch();
  t.equal(keeper.session(), undefined);
  site.session = sessionWith('one');
  mock.timers.tick(1_000);
  await keeper.refetch();
  t.equal(keeper.session()?.accessToken, 'one');
});

for (const aheadMs of [3_600_000, -3_600_000]) {
  test(`a clock that is ${aheadMs / 60_000} minutes ahead changes nothing`, async (t) => {
    const site = await startSite(t);
    site.session = sessionWith('one');
    site.clockMs = -aheadMs;
    site.good.add('one');
    const server = sessionWith('one');
    const times = [server.accessTokenExpiresAt - aheadMs, server.accessTokenRefreshAt - aheadMs] as const;
    site.session = { ...server, accessTokenExpiresAt: times[0], accessTokenRefreshAt: times[1] };
    const keeper = keep(t, site, undefined);
    const call = apiFetch(`${site.url}/api`, keeper, () => {});
    for (let round = 0; round < 5; round++) t.equal((await call('/user')).status, 200);
    t.equal(site.requests.filter((request) => request === 'GET /auth/session').length, 1);
    t.ok(
      Math.abs((keeper.session()?.accessTokenExpiresAt ?? 0) - server.accessTokenExpiresAt) < 6_000,
      'by this clock',
    );
  });
}

test('a session without times, as an app of its own callback gives it, is used as it is', async (t) => {
  const site = await startSite(t);
  site.good.add('one');
  const keeper = keep(t, site, { expires, accessToken: 'one' });
  const call = apiFetch(`${site.url}/api`, keeper, () => {});
  t.equal((await call('/user')).status, 200);
  t.same(site.requests, ['GET /api/user']);
});

test('no path leaves the API', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  const call = apiFetch(`${site.url}/api`, keeper, () => {});
  for (const path of ['/../auth/session', '/items/../../auth', '/%2e%2e/auth', '/..\\auth', '/..']) {
    await t.rejects(call(path), { name: 'TypeError', message: /below/ }, path);
  }
  t.same(site.requests, []);
});
