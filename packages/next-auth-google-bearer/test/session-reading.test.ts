import { test } from 'tap';
import { refetchTimer } from './support/refetch-timer.ts';
import { expires, keep, SessionKeeper, sessionWith, startSite, until } from './support/site.ts';

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
    site.session = trouble;
    const keeper = new SessionKeeper(`${site.url}/auth`, sessionWith('one', 0));
    const timer = refetchTimer(t, keeper);
    t.teardown(keeper.start(0));
    for (const pauseMs of [0, 1_000, 2_000, 4_000]) {
      t.equal(await timer.set(), pauseMs);
      t.equal(keeper.session()?.accessToken, 'one');
      t.equal(timer.fire(), 1);
    }
    t.equal(await timer.set(), 8_000);
    t.equal(site.requests.length, 4);
    site.session = sessionWith('two');
    timer.fire();
    await until(keeper, (session) => session?.accessToken === 'two');
    t.ok((await timer.set()) > 2_000_000, 'and from then on when it is due');
  });
}

test('a session that is not known yet is asked for until it is', async (t) => {
  const site = await startSite(t);
  site.session = 'down';
  const keeper = new SessionKeeper(`${site.url}/auth`, undefined);
  const timer = refetchTimer(t, keeper);
  t.teardown(keeper.start(0));
  t.equal(await timer.set(), 0, 'at once');
  t.equal(timer.fire(), 1);
  t.equal(await timer.set(), 1_000);
  t.equal(keeper.session(), undefined);
  site.session = sessionWith('one');
  t.equal(timer.fire(), 1);
  await until(keeper, (session) => session?.accessToken === 'one');
});

test('a session that is over is not asked for again', async (t) => {
  const site = await startSite(t);
  const keeper = new SessionKeeper(`${site.url}/auth`, sessionWith('one', 0));
  const timer = refetchTimer(t, keeper);
  t.teardown(keeper.start(60));
  site.session = { expires, error: 'invalid_grant' };
  timer.fire();
  await until(keeper, (session) => session?.error === 'invalid_grant');
  t.equal(timer.delayMs(), undefined);
  await t.rejects(keeper.token(), { name: 'NotSignedInError' });
  t.teardown(keeper.start(30));
  t.equal(timer.delayMs(), undefined, 'nor with another interval');
  t.same(site.requests, ['GET /auth/session'], 'the one that told so');
});

test('nor is it when nobody is signed in', async (t) => {
  const site = await startSite(t);
  const keeper = new SessionKeeper(`${site.url}/auth`, null);
  const timer = refetchTimer(t, keeper);
  t.teardown(keeper.start(60));
  t.equal(timer.delayMs(), undefined);
  await keeper.refetch();
  t.equal(timer.delayMs(), undefined);
});

test('what has changed elsewhere is asked for until it is known, with growing pauses', async (t) => {
  for (const before of [sessionWith('one'), null, { expires, error: 'invalid_grant' } as const]) {
    const site = await startSite(t);
    site.session = 'down';
    const keeper = new SessionKeeper(`${site.url}/auth`, before);
    const timer = refetchTimer(t, keeper);
    const stop = keeper.start(0);
    await keeper.restart();
    for (const pauseMs of [1_000, 2_000]) {
      t.equal(timer.delayMs(), pauseMs);
      t.equal(keeper.session(), before);
      timer.fire();
      await timer.set();
    }
    site.session = sessionWith('two');
    timer.fire();
    await until(keeper, (session) => session?.accessToken === 'two');
    t.ok(Number(timer.delayMs()) > 2_000_000);
    stop();
  }
});

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

test('when the session cannot be read, nobody is told to sign in', async (t) => {
  const site = await startSite(t);
  site.session = 'down';
  const keeper = keep(t, site, undefined);
  await t.rejects(keeper.token(), { name: 'SessionUnavailableError', message: 'the session could not be read' });
  site.session = {};
  await t.rejects(keeper.token(), { name: 'NotSignedInError', message: 'nobody is signed in' });
});
