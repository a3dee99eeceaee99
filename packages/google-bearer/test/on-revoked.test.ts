import { createHash } from 'node:crypto';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'tap';
import { createTokenVerifier, type TokenVerifier } from '../src/index.ts';
import { remoteLog } from './fixtures/remote-log.ts';
import { expiresInS, SERVICE_AUDIENCE, SUBJECT, serviceAccount, user } from './fixtures/tokeninfo-bodies.ts';
import { answer } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';
import { INVALID, OTHER, REVOKED, STALE, settled, twoUsers, watch } from './fixtures/watching.ts';

const HOUR_MS = 3_600_000;

const ways: { how: string; revoke: (verifier: TokenVerifier) => Promise<void>; ends: readonly string[] }[] = [
  { how: 'revokeToken', revoke: (verifier) => verifier.revokeToken('one'), ends: ['one'] },
  {
    how: 'revokeTokenSha256',
    revoke: (verifier) => verifier.revokeTokenSha256(createHash('sha256').update('one').digest('hex')),
    ends: ['one'],
  },
  { how: 'revokeSubject', revoke: (verifier) => verifier.revokeSubject(SUBJECT), ends: ['one', 'two'] },
  { how: 'revokeEveryone', revoke: (verifier) => verifier.revokeEveryone(), ends: ['one', 'two', 'other'] },
  { how: 'blockSubject', revoke: (verifier) => verifier.blockSubject(SUBJECT), ends: ['one', 'two', 'later'] },
  { how: 'revokeGrant', revoke: (verifier) => verifier.revokeGrant('one'), ends: ['one', 'two'] },
];

for (const { how, revoke, ends } of ways) {
  test(`${how} tells whom it refuses, and once`, async (t) => {
    const { verifier, upstream } = await setUp(t, {}, twoUsers);
    const told = await watch(verifier, 'one', 'two', 'other');
    // Issued an hour from now, as far as anybody can tell: no sign-out is about it.
    upstream.handler = answer(200, user({ exp: expiresInS(2 * 3600) }));
    Object.assign(told, await watch(verifier, 'later'));
    upstream.handler = twoUsers;
    await revoke(verifier);
    await settled();
    for (const [token, heard] of Object.entries(told)) t.strictSame(heard, ends.includes(token) ? REVOKED : [], token);
    await revoke(verifier);
    await verifier.revokeEveryone();
    await verifier.close();
    for (const [token, heard] of Object.entries(told)) t.equal(heard.length, 1, `${token}: in the end each, and once`);
  });
}

test('an unblocked user is watched as before, and what a log delivers again ends nothing', async (t) => {
  const { log, follower } = remoteLog();
  const { verifier } = await setUp(t, { revocationLog: log });
  follower().confirm(Date.now());
  await verifier.blockSubject(SUBJECT);
  await verifier.unblockSubject(SUBJECT);
  const told = await watch(verifier, 'one');
  follower().entry({ type: 'block', subject: SUBJECT });
  follower().entry({ type: 'unblock', subject: SUBJECT });
  await settled();
  t.strictSame(told.one, []);
  await verifier.blockSubject(SUBJECT);
  await verifier.unblockSubject(SUBJECT);
  await settled();
  t.strictSame(told.one, REVOKED, 'a block that lasted a moment has ended what was open');
});

test('who has stopped is not told', async (t) => {
  const { verifier } = await setUp(t);
  const principal = await verifier.verify('one');
  const told: string[] = [];
  const stops = Array.from({ length: 4 }, (_, index) =>
    verifier.onRevoked(principal, () => {
      told.push(`${index}`);
      // It waits for its turn by now.
      if (index === 1) stops[2]?.();
    }),
  );
  t.equal(verifier.stats().revocations.watchers, 4);
  stops[0]?.();
  stops[0]?.();
  t.equal(verifier.stats().revocations.watchers, 3);
  await verifier.revokeToken('one');
  await settled();
  t.strictSame(told, ['1', '3']);
  for (const stop of stops) stop();
  t.equal(verifier.stats().revocations.watchers, 0);
});

test('a token that became bad before the watch began is told, but not at once', async (t) => {
  const { verifier } = await setUp(t, {}, twoUsers);
  const one = await verifier.verify('one');
  const other = await verifier.verify('other');
  const told: string[] = [];
  await verifier.revokeToken('one');
  const stop = verifier.onRevoked(one, ({ code }) => told.push(code));
  t.strictSame(told, []);
  await settled();
  t.strictSame(told, ['ERR_TOKEN_REVOKED']);
  stop();
  verifier.onRevoked(one, ({ code }) => told.push(code))();
  await settled();
  t.equal(told.length, 1, 'who stops at once is not told');
  await verifier.close();
  for (const principal of [one, other]) verifier.onRevoked(principal, ({ code }) => told.push(code));
  await settled();
  t.strictSame(told.slice(1), ['ERR_TOKEN_REVOKED', 'ERR_REVOCATIONS_STALE'], 'of a closed verifier, too');
});

test('a token that Google refuses when it is asked again is told, also who begins to watch then; an outage is not', async (t) => {
  const { verifier, upstream } = await setUp(t, {}, twoUsers);
  const one = await verifier.verify('one');
  const told = await watch(verifier, 'one', 'two');
  const { badHits } = verifier.stats().cache;
  upstream.handler = answer(503, {});
  await t.rejects(verifier.verify('one', { maxAgeMs: 0 }), { code: 'ERR_TOKENINFO_UNAVAILABLE' });
  await settled();
  t.strictSame(told, { one: [], two: [] });
  upstream.handler = answer(400, { error: 'invalid_token' });
  await t.rejects(verifier.verify('one', { maxAgeMs: 0 }), { code: 'ERR_TOKEN_INVALID' });
  await settled();
  t.strictSame(told, { one: INVALID, two: [] });
  const late: string[] = [];
  verifier.onRevoked(one, ({ code }) => late.push(code));
  await settled();
  t.strictSame(late, ['ERR_TOKEN_INVALID']);
  t.equal(verifier.stats().cache.badHits, badHits, 'none of them was a request');
  t.equal(verifier.stats().revocations.watchers, 1);
});

test('it is told by a verifier that keeps no answer of Google’s', async (t) => {
  const { verifier, upstream } = await setUp(t, { maxAgeMs: 0 }, twoUsers);
  const told = await watch(verifier, 'one', 'two');
  upstream.handler = answer(400, { error: 'invalid_token' });
  await t.rejects(verifier.verify('one'), { code: 'ERR_TOKEN_INVALID' });
  await settled();
  t.strictSame(told, { one: INVALID, two: [] });
});

test('a principal is known for as long as somebody holds it', async (t) => {
  const { verifier } = await setUp(t, { maxEntries: 1 }, twoUsers);
  const evicted = await verifier.verify('one');
  await verifier.verify('other');
  t.notOk(verifier.remembers('one'));
  const replaced = await verifier.verify('other');
  t.not(await verifier.verify('other', { maxAgeMs: 0 }), replaced);
  const told: string[] = [];
  verifier.onRevoked(evicted, () => told.push('evicted'));
  verifier.onRevoked(replaced, () => told.push('replaced'));
  await verifier.revokeToken('one');
  await settled();
  t.strictSame(told, ['evicted']);
  await verifier.revokeSubject(OTHER);
  await settled();
  t.strictSame(told, ['evicted', 'replaced']);
});

test('service accounts have no subject, and are watched by token', async (t) => {
  const { upstream } = await setUp(t, {}, answer(200, serviceAccount()));
  const verifier = createTokenVerifier({
    audience: SERVICE_AUDIENCE,
    allowServiceAccounts: true,
    endpoints: upstream.url,
    tokenLifetimeMs: 12 * HOUR_MS,
  });
  t.teardown(() => verifier.close());
  const told: string[] = [];
  for (const token of ['one', 'two']) {
    verifier.onRevoked(await verifier.verify(token), ({ code }) => told.push(`${token} ${code}`));
  }
  await verifier.revokeToken('one');
  await settled();
  t.strictSame(told, ['one ERR_TOKEN_REVOKED']);
  await verifier.revokeEveryone();
  await settled();
  t.strictSame(told, ['one ERR_TOKEN_REVOKED', 'two ERR_TOKEN_REVOKED']);
});

test('mistakes are TypeErrors', async (t) => {
  const { verifier } = await setUp(t);
  const { verifier: another } = await setUp(t);
  const principal = await verifier.verify('one');
  const call = (...values: unknown[]) => Reflect.apply(verifier.onRevoked, verifier, values);
  const ofOther = { name: 'TypeError', message: /^onRevoked: principal: / };
  for (const wrong of [await another.verify('one'), { ...principal }, {}, null, undefined, 'one'])
    t.throws(() => call(wrong, () => undefined), ofOther);
  for (const wrong of [undefined, null, {}])
    t.throws(() => call(principal, wrong), { name: 'TypeError', message: /^onRevoked: callback: / });
  t.equal(verifier.stats().revocations.watchers, 0);
});

test('close ends all that is watched, and resolves when they have been told', async (t) => {
  const { verifier } = await setUp(t, {}, twoUsers);
  const told = await watch(verifier, 'one', 'two', 'other');
  await verifier.close();
  t.same(told, { one: STALE, two: STALE, other: STALE });
  t.equal(verifier.stats().revocations.watchers, 0);
});

/** Keeps the process busy, so that many of these cannot be done in one portion, whatever the machine. */
const burn = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

test('who waits for a turn is told what happened, even if it is over by then', async (t) => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.now() });
  t.teardown(() => mock.timers.reset());
  const many = 50;
  const { log, follower } = remoteLog();
  const { verifier } = await setUp(t, { revocationLog: log, maxStalenessMs: 60_000, maxAgeMs: HOUR_MS });
  follower().confirm(Date.now());
  const principal = await verifier.verify('one');
  const happenings: { code: string; happen: () => void; undo: () => void }[] = [
    {
      code: 'ERR_TOKEN_REVOKED',
      happen: () => follower().entry({ type: 'block', subject: SUBJECT }),
      undo: () => follower().entry({ type: 'unblock', subject: SUBJECT }),
    },
    {
      code: 'ERR_REVOCATIONS_STALE',
      happen: () => mock.timers.tick(60_001),
      undo: () => follower().confirm(Date.now()),
    },
  ];
  for (const { code, happen, undo } of happenings) {
    follower().confirm(Date.now());
    const told: string[] = [];
    let turns = 0;
    let newcomers = 0;
    const first = (): void => {
      undo();
      verifier.onRevoked(principal, () => newcomers++);
    };
    for (let index = 0; index < many; index++) {
      verifier.onRevoked(principal, (error) => {
        told.push(error.code);
        if (told.length === 1) first();
        burn(1);
      });
    }
    happen();
    for (; told.length < many && turns < 1000; turns++) await turn();
    t.ok(turns > 2, `${turns} portions`);
    t.strictSame([...new Set(told)], [code]);
    await turn();
    t.equal(newcomers, 0, 'who came when it was over is not among them');
    t.equal(verifier.stats().revocations.watchers, 1);
    await verifier.revokeSubject(OTHER);
    mock.timers.tick(1);
  }
});

test('nothing is kept of connections that have come and gone', async (t) => {
  const { verifier } = await setUp(t, {}, twoUsers);
  const principals = [await verifier.verify('one'), await verifier.verify('two'), await verifier.verify('other')];
  const kept: WeakRef<object>[] = [];
  const open: (() => void)[] = [];
  const watchers = (): number => verifier.stats().revocations.watchers;
  let most = 0;
  for (let count = 0; count < 30_000; count++) {
    const callback = (): void => undefined;
    if (count % 100 === 0) kept.push(new WeakRef(callback));
    for (const principal of principals) open.push(verifier.onRevoked(principal, callback));
    most = Math.max(most, watchers());
    if (open.length === 300) for (const stop of open.splice(0)) stop();
  }
  t.equal(most, 300);
  t.equal(watchers(), 0);
  await turn();
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  t.equal(kept.filter((ref) => ref.deref() !== undefined).length, 0);
});
