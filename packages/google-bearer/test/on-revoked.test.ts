import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { platform } from 'node:process';
import { createInterface } from 'node:readline';
import { mock } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'tap';
import { createTokenVerifier, type TokenVerifier } from '../src/index.ts';
import { remoteLog } from './fixtures/remote-log.ts';
import { AUDIENCE, expiresInS, SERVICE_AUDIENCE, SUBJECT, serviceAccount, user } from './fixtures/tokeninfo-bodies.ts';
import { answer, type Handler } from './fixtures/upstream.ts';
import { setUp } from './fixtures/verifier.ts';

const OTHER = '113746508213490785132';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Tokens named `other…` are another user's; one named `…_900` ends in so many seconds. */
const twoUsers: Handler = (request, response) => {
  const token = String(request.headers.authorization).slice('Bearer '.length);
  const seconds = /_(\d+)/.exec(token)?.[1];
  const body = {
    ...(token.startsWith('other') && { sub: OTHER }),
    ...(seconds !== undefined && { exp: expiresInS(Number(seconds)) }),
  };
  answer(200, user(body))(request, response);
};

/** Until all who are to be told have been: few, so each in a portion of its own at worst, on a machine that is busy. */
const settled = async (): Promise<void> => {
  for (let count = 0; count < 50; count++) await turn();
};

/** Watches tokens; what each is told, by token. */
async function watch(verifier: TokenVerifier, ...tokens: string[]): Promise<Record<string, string[]>> {
  const told: Record<string, string[]> = {};
  for (const token of tokens) {
    const principal = await verifier.verify(token);
    const heard: string[] = [];
    told[token] = heard;
    verifier.onRevoked(principal, ({ code, statusCode }) => heard.push(`${statusCode} ${code}`));
  }
  return told;
}

const REVOKED = ['401 ERR_TOKEN_REVOKED'];
const EXPIRED = ['401 ERR_TOKEN_EXPIRED'];
const STALE = ['503 ERR_REVOCATIONS_STALE'];

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

test('in time', async (t) => {
  // Time stands still; sockets are real.
  t.beforeEach(() => mock.timers.enable({ apis: ['Date', 'setTimeout'], now: Date.now() }));
  t.afterEach(() => mock.timers.reset());
  /** Lets time go by, and those be told who are to be. */
  const pass = async (ms: number): Promise<void> => {
    // Each timer that comes due may set the next one.
    for (const end = Date.now() + ms; Date.now() < end; ) mock.timers.tick(Math.min(500, end - Date.now()));
    await settled();
  };

  await t.test('the end of a token is told', async (t) => {
    const { verifier } = await setUp(t, {}, twoUsers);
    const told = await watch(verifier, 'one_900', 'two_901', 'three_10', 'four_900');
    await pass(8_000);
    t.strictSame(told.three_10, []);
    await pass(3_000);
    t.strictSame(told.three_10, EXPIRED);
    await pass(880_000);
    t.same(told, { three_10: EXPIRED, one_900: [], two_901: [], four_900: [] });
    await pass(20_000);
    for (const heard of Object.values(told)) t.strictSame(heard, EXPIRED);
    t.equal(verifier.stats().revocations.watchers, 0);
  });

  await t.test('a token that ends sooner than the others is told in time', async (t) => {
    const { verifier } = await setUp(t, {}, twoUsers);
    const principal = await verifier.verify('soon_900');
    await watch(verifier, 'late_3000');
    await pass(principal.expiresAt - 400 - Date.now());
    const told: string[] = [];
    verifier.onRevoked(principal, ({ code }) => told.push(code));
    await pass(399);
    t.strictSame(told, []);
    await pass(1);
    t.strictSame(told, ['ERR_TOKEN_EXPIRED'], 'at that very ms');
  });

  for (const days of [25, 60, 400]) {
    await t.test(`a token of ${days} days is told at its end, and not before`, async (t) => {
      const { verifier } = await setUp(t, {}, twoUsers);
      const token = `long_${days * 24 * 3600}`;
      const told = await watch(verifier, token);
      mock.timers.setTime(Date.now() + days * DAY_MS - HOUR_MS);
      await pass(2_000);
      t.strictSame(told[token], []);
      mock.timers.setTime(Date.now() + HOUR_MS);
      await pass(2_000);
      t.strictSame(told[token], EXPIRED, 'also when the clock of this machine has jumped');
    });
  }

  await t.test('tokens end when Google’s clock says so, as last seen', async (t) => {
    const { verifier, upstream } = await setUp(t, {}, twoUsers);
    const told = await watch(verifier, 'one_900');
    // Google tells that it is five minutes ahead.
    const exp = expiresInS(3600);
    upstream.handler = answer(200, user({ exp, expires_in: '3300' }));
    await verifier.verify('two');
    await pass(590_000);
    t.strictSame(told.one_900, []);
    await pass(15_000);
    t.strictSame(told.one_900, EXPIRED);
  });

  await t.test('a view that goes stale ends all, and no one who came later', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log, maxStalenessMs: 2000 }, twoUsers);
    follower().confirm(Date.now());
    const told = await watch(verifier, 'one', 'other');
    const principal = await verifier.verify('one');
    follower().confirm(Date.now());
    await pass(1_500);
    follower().confirm(Date.now());
    await pass(1_999);
    t.same(told, { one: [], other: [] }, 'confirmed in time');
    const lost = new Error('connection lost');
    follower().error(lost);
    let cause: unknown;
    verifier.onRevoked(principal, (error) => {
      cause = error.cause;
    });
    await pass(2);
    t.same(told, { one: STALE, other: STALE });
    t.equal(cause, lost);
    verifier.onRevoked(principal, ({ code }) => told.one?.push(code));
    await pass(1);
    t.strictSame(told.one?.[1], 'ERR_REVOCATIONS_STALE', 'nothing new is watched meanwhile');
    follower().confirm(Date.now());
    verifier.onRevoked(principal, ({ code }) => told.one?.push(code));
    await pass(1_500);
    t.equal(told.one?.length, 2);
    await pass(1_000);
    t.equal(told.one?.length, 3, 'stale again');
  });

  await t.test('onStale: accept goes on in a stale view', async (t) => {
    const { log, follower } = remoteLog();
    const { verifier } = await setUp(t, { revocationLog: log, onStale: 'accept' });
    follower().confirm(Date.now());
    const told = await watch(verifier, 'one');
    await pass(60_000);
    t.strictSame(told.one, []);
    follower().entry({ type: 'block', subject: SUBJECT });
    await settled();
    t.strictSame(told.one, REVOKED);
  });

  await t.test('a log in this process never goes stale', async (t) => {
    const { verifier } = await setUp(t);
    const told = await watch(verifier, 'one');
    await pass(60_000);
    t.strictSame(told.one, []);
  });
});

test('a clock that is set back ends all', async (t) => {
  const { log, follower } = remoteLog();
  const { verifier } = await setUp(t, { revocationLog: log, maxStalenessMs: 60_000 });
  follower().confirm(Date.now());
  const told = await watch(verifier, 'one');
  mock.timers.enable({ apis: ['Date'], now: Date.now() - HOUR_MS });
  t.teardown(() => mock.timers.reset());
  while (told.one?.length === 0) await sleep(10);
  t.strictSame(told.one, STALE);
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
    for (; told.length < many; turns++) await turn();
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

/** Runs a program that watches one token, beside what `options` and `then` are; what it says, line by line. */
function program(upstream: string, options: string, then: string) {
  const source = new URL('../src/index.ts', import.meta.url);
  const text = `
    import { createTokenVerifier } from ${JSON.stringify(source)};
    const say = (line) => console.log(line);
    const verifier = createTokenVerifier({ audience: ${JSON.stringify(AUDIENCE)}, endpoints: ${JSON.stringify(upstream)}, ${options} });
    await verifier.ready();
    const principal = await verifier.verify('one');
    const watch = (callback) => verifier.onRevoked(principal, callback);
    ${then}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout === null) throw new Error('no output');
  return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator](), ended: once(child, 'close') };
}

test('a callback that throws keeps no other from being called, and is reported as uncaught', async (t) => {
  const { upstream } = await setUp(t);
  const { child, lines, ended } = program(
    upstream.url,
    '',
    `process.on('uncaughtException', ({ message }) => say('uncaught: ' + message));
    for (const name of ['a', 'b', 'c']) watch(() => { say(name); if (name !== 'c') throw new Error('of ' + name); });
    await verifier.revokeToken('one');
    say('acknowledged');
    await verifier.close();
    process.disconnect();`,
  );
  const said: string[] = [];
  for await (const line of { [Symbol.asyncIterator]: () => lines }) said.push(line);
  t.strictSame(said.toSorted(), ['a', 'acknowledged', 'b', 'c', 'uncaught: of a', 'uncaught: of b']);
  await ended;
  t.equal(child.exitCode, 0);
});

test('who watches keeps no process alive', async (t) => {
  const { upstream } = await setUp(t);
  const { child, ended } = program(upstream.url, '', 'watch(() => undefined); process.disconnect();');
  await ended;
  t.equal(child.exitCode, 0);
});

test('a process that was stopped ends what is open when it goes on', { skip: platform === 'win32' }, async (t) => {
  const { upstream } = await setUp(t);
  const { child, lines, ended } = program(
    upstream.url,
    // Long enough for this process to confirm it in time, however busy the machine is.
    `maxStalenessMs: 4000, revocationLog: {
      append: async () => undefined,
      // The parent confirms the view: what was asked when.
      follow(follower) {
        process.on('message', (asOf) => follower.confirm(asOf));
        process.send(Date.now());
        const timer = setInterval(() => process.send(Date.now()), 100);
        return () => clearInterval(timer);
      },
    }`,
    `watch((error) => { say(error.code); process.exit(); }); say('watching');`,
  );
  child.on('message', (asOf) => child.connected && child.send(Number(asOf), () => undefined));
  t.equal((await lines.next()).value, 'watching');
  child.kill('SIGSTOP');
  await sleep(4_300);
  child.kill('SIGCONT');
  t.equal((await lines.next()).value, 'ERR_REVOCATIONS_STALE');
  await ended;
});
