import { createHash } from 'node:crypto';
import { mock } from 'node:test';
import { test } from 'tap';
import { createTokenVerifier, memoryRevocationLog } from '../src/index.ts';
import { shown } from './fixtures/shown.ts';
import { expiresInS, SERVICE_AUDIENCE, SUBJECT, serviceAccount, user } from './fixtures/tokeninfo-bodies.ts';
import { answer, startUpstream } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

const REVOKED = { code: 'ERR_TOKEN_REVOKED', statusCode: 401 };
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

test('one leaked token is refused at once, the same user’s other token goes on', async (t) => {
  const { verifier, upstream } = await setUp(t);
  await verifier.verify('ya29.leaked');
  await verifier.verify('ya29.other');
  await verifier.revokeToken('ya29.leaked');
  t.throws(() => verifier.peek('ya29.leaked'), REVOKED);
  await t.rejects(verifier.verify('ya29.leaked'), REVOKED);
  t.ok(verifier.peek('ya29.other'));
  t.equal(upstream.seen.length, 2);
});

test('a token can be revoked before it is first seen, and costs no lookup then', async (t) => {
  const { verifier, upstream } = await setUp(t);
  await verifier.revokeToken('ya29.leaked');
  await t.rejects(verifier.verify('ya29.leaked'), REVOKED);
  t.equal(upstream.seen.length, 0);
});

test('a token can be revoked by its hash alone, in either case', async (t) => {
  const { verifier } = await setUp(t);
  const sha256 = createHash('sha256').update('ya29.leaked').digest('hex');
  await verifier.revokeTokenSha256(sha256.toUpperCase());
  await t.rejects(verifier.verify('ya29.leaked'), REVOKED);
  for (const wrong of ['', 'ya29.leaked', sha256.slice(1), `${sha256}00`]) {
    await t.rejects(verifier.revokeTokenSha256(wrong), { name: 'TypeError' });
  }
});

test('a revocation that arrives during the lookup wins', async (t) => {
  const revocations = {
    token: (verifier: Verifier) => verifier.revokeToken('ya29.a'),
    subject: (verifier: Verifier) => verifier.revokeSubject(SUBJECT),
    everyone: (verifier: Verifier) => verifier.revokeEveryone(),
    block: (verifier: Verifier) => verifier.blockSubject(SUBJECT),
  };
  for (const [name, revoke] of Object.entries(revocations)) {
    await t.test(name, async (t) => {
      const hold = Promise.withResolvers<void>();
      const { verifier, upstream } = await setUp(t, {}, async (request, response) => {
        await hold.promise;
        answer(200, user({ exp: expiresInS(3000) }))(request, response);
      });
      const calls = [1, 2, 3].map(() => verifier.verify('ya29.a'));
      const outcomes = Promise.allSettled(calls);
      await upstream.nextRequest();
      await revoke(verifier);
      hold.resolve();
      for (const outcome of await outcomes) t.match(outcome, { status: 'rejected', reason: REVOKED });
      await t.rejects(verifier.verify('ya29.a'), REVOKED);
    });
  }
});

test('issued before: only tokens of that user from before that moment', async (t) => {
  const issued: Record<string, number> = {};
  const { verifier } = await setUp(t, {}, (request, response) => {
    const name = String(request.headers.authorization).split('.')[1] ?? '';
    const sub = name.startsWith('other') ? '999' : SUBJECT;
    answer(200, user({ sub, exp: String(issued[name]) }))(request, response);
  });
  const nowS = Math.floor(Date.now() / 1000);
  // An end an hour ahead is a token issued now.
  Object.assign(issued, { old: nowS + 3599, fresh: nowS + 3601, other: nowS + 3599 });

  await verifier.verify('ya29.old');
  await verifier.revokeSubject(SUBJECT, { issuedBefore: nowS * 1000 });
  await t.rejects(verifier.verify('ya29.old'), REVOKED);
  t.ok(await verifier.verify('ya29.fresh'), 'signing in anew works');
  t.ok(await verifier.verify('ya29.other'));

  await verifier.revokeEveryone({ issuedBefore: nowS * 1000 });
  await t.rejects(verifier.verify('ya29.other'), REVOKED);
  t.ok(await verifier.verify('ya29.fresh'));

  await verifier.revokeSubject(SUBJECT, { issuedBefore: (nowS - 1000) * 1000 });
  await t.rejects(verifier.verify('ya29.old'), REVOKED, 'an older moment loosens nothing');
});

test('the time of issue follows tokenLifetimeMs', async (t) => {
  const { verifier } = await setUp(t, { tokenLifetimeMs: 20_000 }, answer(200, user({ exp: expiresInS(60) })));
  await verifier.revokeEveryone();
  t.ok(await verifier.verify('ya29.a'), 'issued 40 seconds from now, as it seems');
  await verifier.revokeEveryone({ issuedBefore: Date.now() + 60_000 });
  await t.rejects(verifier.verify('ya29.a'), REVOKED);
});

test('a blocked user is refused whatever the token’s age, until unblocked', async (t) => {
  const { verifier } = await setUp(t, {}, answer(200, user({ exp: expiresInS(3600 * 24) })));
  await verifier.blockSubject(SUBJECT);
  await verifier.blockSubject(SUBJECT);
  await t.rejects(verifier.verify('ya29.a'), REVOKED);
  await verifier.unblockSubject(SUBJECT);
  t.ok(await verifier.verify('ya29.a'));
  await verifier.unblockSubject('1');
});

test('tokens without a user can be revoked one by one or with everybody', async (t) => {
  const upstream = await startUpstream(t, answer(200, serviceAccount()));
  const options = { audience: SERVICE_AUDIENCE, allowServiceAccounts: true, endpoints: upstream.url };
  await using verifier = createTokenVerifier(options);
  t.equal((await verifier.verify('ya29.a')).subject, undefined);
  await verifier.revokeToken('ya29.a');
  await t.rejects(verifier.verify('ya29.a'), REVOKED);
  await verifier.revokeEveryone();
  await t.rejects(verifier.verify('ya29.b'), REVOKED);
});

test('verifiers that share a log share revocations, those made before they started included', async (t) => {
  const revocationLog = memoryRevocationLog();
  const one = await setUp(t, { revocationLog });
  await one.verifier.revokeToken('ya29.early');
  const two = await setUp(t, { revocationLog });
  await two.verifier.ready();
  await t.rejects(two.verifier.verify('ya29.early'), REVOKED);
  await two.verifier.verify('ya29.late');
  await one.verifier.revokeToken('ya29.late');
  t.throws(() => two.verifier.peek('ya29.late'), REVOKED);
});

test('an entry is dropped once no token it could match is alive', async (t) => {
  mock.timers.enable({ apis: ['Date', 'setInterval'], now: Date.now() });
  t.teardown(() => mock.timers.reset());
  const { verifier } = await setUp(t);
  await verifier.verify('ya29.known');
  await verifier.revokeToken('ya29.known');
  await verifier.revokeToken('ya29.unknown');
  await verifier.revokeSubject(SUBJECT);
  await verifier.revokeEveryone();
  await verifier.blockSubject('blocked');
  const types = () => [...verifier.revocations()].map(({ type }) => type).sort();
  t.same(types(), ['block', 'everyone', 'subject', 'token', 'token']);
  // By our clock a token may live ten minutes longer than by Google's.
  mock.timers.tick(HOUR_MS + 10 * MINUTE_MS - 1000);
  t.same(types(), ['block', 'everyone', 'subject', 'token'], 'the known one has ended');
  t.match(verifier.stats().revocations, { tokens: 2, subjects: 1 }, 'kept a little longer, should the clock go back');
  mock.timers.tick(64_000);
  t.match(verifier.stats().revocations, { tokens: 1, subjects: 0, blocked: 1 });
  t.same(types(), ['block', 'token']);
  mock.timers.tick(11 * HOUR_MS);
  t.match(verifier.stats().revocations, { tokens: 0 }, 'no token lives longer than twelve hours');
  t.match([...verifier.revocations()], [{ type: 'block', subject: 'blocked', at: Number }]);
});

test('a token that memory does not know is refused for twelve hours, or for tokenLifetimeMs if that is longer', async (t) => {
  const sha256 = createHash('sha256').update('ya29.service').digest('hex');
  for (const { tokenLifetimeMs, hours } of [
    { tokenLifetimeMs: HOUR_MS, hours: 12 },
    { tokenLifetimeMs: 20 * HOUR_MS, hours: 20 },
  ]) {
    const { verifier } = await setUp(t, { tokenLifetimeMs });
    await verifier.revokeTokenSha256(sha256);
    const [entry] = verifier.revocations();
    if (entry?.type !== 'token') throw new Error('no entry');
    const leftMs = entry.expiresAt - 10 * MINUTE_MS - Date.now();
    t.ok(leftMs > (hours - 0.01) * HOUR_MS && leftMs < (hours + 0.01) * HOUR_MS, `${leftMs} ms`);
  }
});

test('who reckons with longer lives of tokens keeps a sign-out for longer', async (t) => {
  mock.timers.enable({ apis: ['Date', 'setInterval'], now: Date.now() });
  t.teardown(() => mock.timers.reset());
  const revocationLog = memoryRevocationLog();
  const short = await setUp(t, { revocationLog, tokenLifetimeMs: HOUR_MS });
  const long = await setUp(t, { revocationLog, tokenLifetimeMs: 12 * HOUR_MS });
  const exp = Math.floor(Date.now() / 1000) + 10 * 3600;
  long.upstream.handler = (request, response) => answer(200, user({ exp: String(exp) }))(request, response);
  await short.verifier.revokeSubject(SUBJECT);
  mock.timers.tick(HOUR_MS + 12 * MINUTE_MS);
  await t.rejects(long.verifier.verify('ya29.a'), REVOKED);
});

test('what is said about a revocation is listed', async (t) => {
  const { verifier } = await setUp(t);
  const note = { reason: 'a laptop was stolen', by: 'admin' };
  const before = Date.now();
  await verifier.revokeToken('ya29.a', note);
  await verifier.revokeSubject(SUBJECT, note);
  await verifier.revokeEveryone(note);
  await verifier.blockSubject(SUBJECT, note);
  const entries = [...verifier.revocations()];
  t.same(entries.map(({ type }) => type).sort(), ['block', 'everyone', 'subject', 'token']);
  for (const entry of entries) {
    t.match(entry, note);
    t.ok(entry.at !== undefined && entry.at >= before && entry.at <= Date.now());
  }
});

test('of two revocations of the same, the list tells the first of a token or a block, and the stricter sign-out', async (t) => {
  const { verifier } = await setUp(t);
  const later = Date.now() + 60_000;
  for (const [by, issuedBefore] of [
    ['self', later],
    ['admin', later - 1000],
  ] as const) {
    await verifier.revokeToken('ya29.a', { by });
    await verifier.revokeSubject(SUBJECT, { by, issuedBefore });
    await verifier.revokeEveryone({ by, issuedBefore });
    await verifier.blockSubject(SUBJECT, { by });
  }
  for (const entry of verifier.revocations()) t.equal(entry.by, 'self', entry.type);
  await verifier.unblockSubject(SUBJECT);
  await verifier.blockSubject(SUBJECT, { by: 'admin' });
  t.match(
    [...verifier.revocations()].find(({ type }) => type === 'block'),
    { by: 'admin' },
  );
});

test('a note does not name what it is about', async (t) => {
  const { verifier } = await setUp(t);
  const wrong = { name: 'TypeError', message: /^(reason|by): / };
  await t.rejects(verifier.revokeToken('opaque.short', { reason: 'found opaque.short in a log' }), wrong);
  await t.rejects(verifier.blockSubject('12345678901234', { by: 'job:12345678901234' }), wrong);
  await t.rejects(verifier.revokeSubject('4711', { reason: 'user 4711 asked' }), wrong);
  t.same([...verifier.revocations()], []);
  await verifier.revokeSubject('4711', { reason: 'ticket 147112, 2026-11-25 14:30', by: 'job:nightly-clean_up.2' });
});

for (const note of [
  { reason: 'token ya29.a0AfH6SMBx' },
  { reason: 'ada@example.com asked' },
  { reason: `user ${SUBJECT}` },
  { reason: 'two\nlines' },
  { reason: '' },
  { reason: 'x'.repeat(201) },
  { reason: createHash('sha256').update('a').digest('hex') },
  { by: SUBJECT },
  { by: 'ada@example.com' },
  { by: 'Ada Lovelace' },
  { by: '' },
  { by: `job:${SUBJECT}` },
  { by: 'ada' },
  { by: 'Admin' },
  { reason: 'alice\uff20example.com asked' },
  { reason: 'alice%40example.com asked' },
  { reason: '10648 89469 35451 153824' },
  { reason: '\uff11\uff10\uff16\uff14\uff18\uff18\uff19\uff14\uff16\uff19\uff13\uff15\uff14\uff15\uff11' },
  { reason: '106488946935\u200b451153824' },
  { reason: 'two\u2028lines' },
  { reason: 'turned \u202e around' },
  { reason: `1234.opaque-token~with.dots.${'ab12cd34'.repeat(2)}` },
]) {
  test(`a note that may name somebody is refused, and is in no error: ${shown(note)}`, async (t) => {
    const { verifier } = await setUp(t);
    for (const revoke of [
      () => verifier.revokeToken('ya29.a', note),
      () => verifier.revokeSubject('1', note),
      () => verifier.blockSubject('1', note),
    ]) {
      const error = await revoke().catch((error: unknown) => error);
      t.match(error, { name: 'TypeError', message: /^(reason|by): / });
      const [value = ''] = Object.values(note);
      if (value !== '') t.notOk(String(error).includes(value));
    }
    t.same([...verifier.revocations()], []);
  });
}

test('nonsense is refused before it reaches the log', async (t) => {
  const { verifier } = await setUp(t);
  const wrong = { name: 'TypeError' };
  await t.rejects(verifier.revokeSubject(''), wrong);
  await t.rejects(verifier.revokeSubject('a b'), wrong);
  await t.rejects(verifier.blockSubject('x'.repeat(256)), wrong);
  await t.rejects(verifier.unblockSubject(undefined as unknown as string), wrong);
  await t.rejects(verifier.revokeSubject(SUBJECT, { issuedBefore: Number.NaN }), wrong);
  await t.rejects(verifier.revokeEveryone({ issuedBefore: -1 }), wrong);
  await t.rejects(verifier.revokeToken('not a token'), { code: 'ERR_TOKEN_MALFORMED' });
  t.same([...verifier.revocations()], []);
});

test('a revocation that is not stored is said to be not', async (t) => {
  const full = new Error('the disk is full');
  const log = { ...memoryRevocationLog(), append: () => Promise.reject(full) };
  const { verifier } = await setUp(t, { revocationLog: log });
  await t.rejects(verifier.revokeToken('ya29.a'), {
    code: 'ERR_REVOCATION_NOT_STORED',
    statusCode: 503,
    cause: full,
  });
  t.ok(await verifier.verify('ya29.a'));
});

type Verifier = Awaited<ReturnType<typeof setUp>>['verifier'];

test('an e-mail address names no user: it is refused rather than kept, which would look as if somebody were shut out, or let in again', async (t) => {
  const { verifier } = await setUp(t);
  const wrong = { name: 'TypeError', message: 'subject: a Google sub; an e-mail address names no user' };
  for (const address of ['ada@example.com', 'ada@localhost', '@']) {
    await t.rejects(verifier.revokeSubject(address), wrong);
    await t.rejects(verifier.blockSubject(address, { reason: 'x' }), wrong);
    await t.rejects(verifier.unblockSubject(address), wrong);
  }
  t.strictSame([...verifier.revocations()], []);
});

test('a token that is revoked is refused as that, also where a scope is missing: more scopes would not help', async (t) => {
  for (const revoke of ['revokeSubject', 'blockSubject', 'revokeEveryone', 'revokeToken'] as const) {
    const { verifier } = await setUp(t);
    await verifier.verify('ya29.one');
    const needed = { scopes: ['https://www.googleapis.com/auth/calendar.readonly'] };
    t.throws(() => verifier.peek('ya29.one', needed), { code: 'ERR_TOKEN_SCOPE', statusCode: 403 });
    if (revoke === 'revokeEveryone') await verifier.revokeEveryone();
    else await verifier[revoke](revoke === 'revokeToken' ? 'ya29.one' : SUBJECT);
    t.throws(() => verifier.peek('ya29.one', needed), REVOKED, revoke);
    t.throws(() => verifier.peek('ya29.one', { anyScope: needed.scopes }), REVOKED, revoke);
    await t.rejects(verifier.verify('ya29.one', needed), REVOKED, revoke);
    await t.rejects(verifier.verify('ya29.one', { ...needed, maxAgeMs: 0 }), REVOKED, `${revoke}, and Google is asked`);
  }
});
