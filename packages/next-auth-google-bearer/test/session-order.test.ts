import { test } from 'tap';
import { keep, sessionWith, startSite } from './support/site.ts';

test('what was asked before a sign-out does not undo it', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  site.session = sessionWith('one');
  site.hold('GET');
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

test('nor does an update that was under way, with a token that lives', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  site.hold('POST');
  const update = keeper.update({ refusedAccessToken: 'one' });
  await site.held();
  site.session = {};
  await keeper.restart();
  t.equal(keeper.session(), null);
  site.release();
  t.equal(await update, null);
  t.equal(keeper.session(), null);
});

test('an update is not lost on who was told to read the session meanwhile', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  site.renewed = sessionWith('two');
  site.hold('POST');
  const renewal = keeper.tokenInsteadOf(await keeper.token());
  await site.held();
  // Another tab says that something has changed. The cookie that is sent is still the old one.
  site.session = sessionWith('one');
  await keeper.restart();
  t.equal(keeper.session()?.accessToken, 'one');
  site.session = site.renewed;
  site.release();
  t.equal((await renewal)?.accessToken, 'two');
});

test('of two updates the later one counts, whichever answer is the first', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  site.hold('POST');
  const first = keeper.update('first');
  await site.held();
  await keeper.update('second');
  t.equal(keeper.session()?.accessToken, 'renewed-2');
  site.release();
  t.match(await first, { accessToken: 'renewed-2' });
  t.equal(keeper.session()?.accessToken, 'renewed-2');
});

test('an update counts more than what was read before it', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, sessionWith('one'));
  site.session = sessionWith('one');
  site.hold('GET');
  const before = keeper.refetch();
  await site.held();
  t.match(await keeper.update({}), { accessToken: 'renewed-1' });
  site.release();
  await before;
  t.equal(keeper.session()?.accessToken, 'renewed-1');
});

test('an update that fails keeps nobody from what is being read', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, undefined);
  site.session = sessionWith('one');
  site.hold('GET');
  const token = keeper.token();
  await site.held();
  site.session = 'down';
  t.equal(await keeper.update({}), null);
  site.release();
  t.equal((await token).accessToken, 'one');
});

test('who waits for a reading that is overtaken has the newer one', async (t) => {
  const site = await startSite(t);
  const keeper = keep(t, site, undefined);
  site.session = sessionWith('one');
  site.hold('GET');
  const token = keeper.token();
  await site.held();
  site.session = sessionWith('two');
  const restart = keeper.restart();
  site.release();
  t.equal((await token).accessToken, 'two');
  await restart;
});
