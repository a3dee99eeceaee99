import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@google-bearer/test-kit/eventually';
import type { FastifyInstance } from 'fastify';
import { createTokenVerifier, TokenRefusedError } from 'google-bearer';
import type { GoogleEmulator } from 'google-oauth-emulator';
import { type Test, test } from 'tap';
import { type GoogleBearerOptions, googleBearer } from '../src/index.ts';
import { ada, clientId, fakeVerifier, linesAbout, makeApp, startGoogle } from './kit.ts';

const flooder = '192.0.2.66';
const other = '198.51.100.7';

async function start(
  t: Test,
  options: Pick<GoogleBearerOptions, 'lookupBudget'> = {},
): Promise<{ app: FastifyInstance; google: GoogleEmulator }> {
  const google = await startGoogle(t);
  const app = makeApp(t, { logger: false });
  // Nobody here waits for an outage: on a busy machine a lookup may take long.
  const verifier = createTokenVerifier({ audience: clientId, endpoints: google.url, timeoutMs: 30_000 });
  t.teardown(() => verifier.close());
  await app.register(googleBearer, { verifier, ...options });
  app.get('/', () => 'in');
  return { app, google };
}

function send(app: FastifyInstance, remoteAddress: string, token: string) {
  return app.inject({ url: '/', remoteAddress, headers: { authorization: `Bearer ${token}` } });
}

async function statuses(answers: readonly Promise<{ statusCode: number }>[]): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { statusCode } of await Promise.all(answers)) counts[statusCode] = (counts[statusCode] ?? 0) + 1;
  return counts;
}

const lookupsOf = (google: GoogleEmulator): number => google.calls.filter(({ path }) => path === '/tokeninfo').length;

const strangers = (count: number, name = 'unknown'): string[] =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`);

test('a flood of unknown tokens from one client costs 60 lookups, and the others nothing', async (t) => {
  const { app, google } = await start(t);
  const known = google.mintToken();
  t.equal((await send(app, other, known)).statusCode, 200);
  const before = lookupsOf(google);

  const flood: Promise<{ statusCode: number }>[] = [];
  const others: Promise<{ statusCode: number }>[] = [];
  for (let wave = 0; wave < 10; wave++) {
    const sent = strangers(100, `unknown-${wave}`).map((token) => send(app, flooder, token));
    flood.push(...sent);
    others.push(send(app, other, known), send(app, other, google.mintToken()));
    await Promise.all([others.at(-1), sent[0]]);
  }
  t.strictSame(await statuses(others), { 200: 20 });
  t.strictSame(await statuses(flood), { 401: 60, 429: 940 });
  t.equal(lookupsOf(google) - before, 60 + 10);
  t.equal((await send(app, flooder, 'unknown-0-0')).statusCode, 401, 'memory knows this one to be bad');

  const refused = await send(app, flooder, 'one more');
  t.equal(refused.statusCode, 400, 'what is no token is no unknown one');
  const throttled = await send(app, flooder, 'one-more');
  t.equal(throttled.statusCode, 429);
  t.equal(throttled.json().code, 'ERR_TOO_MANY_LOOKUPS');
  t.ok(Number(throttled.headers['retry-after']) >= 1 && Number(throttled.headers['retry-after']) <= 60);
  t.equal(throttled.headers['www-authenticate'], undefined);
});

test('a client whose budget is spent goes on with the tokens that memory holds, also past their cache life', async (t) => {
  const google = await startGoogle(t);
  const app = makeApp(t);
  await app.register(googleBearer, {
    audience: clientId,
    endpoints: google.url,
    maxAgeMs: 1,
    lookupBudget: { refused: 1 },
  });
  app.get('/', () => 'in');
  const good = google.mintToken();
  t.equal((await send(app, flooder, good)).statusCode, 200);
  t.equal((await send(app, flooder, 'unknown')).statusCode, 401);
  t.equal((await send(app, flooder, google.mintToken())).statusCode, 429, 'a new one might be bad');

  const asked = lookupsOf(google);
  await eventually('it is too old to be used', async () => {
    t.equal((await send(app, flooder, good)).statusCode, 200);
    return lookupsOf(google) > asked;
  });
  t.equal((await send(app, flooder, 'e30.e30.e30')).statusCode, 429);
  const jwt = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.e30.c2ln`;
  t.equal((await send(app, flooder, jwt)).json().code, 'ERR_TOKEN_IS_ID_TOKEN');
});

test('good tokens cost nothing: 200 at once behind one address all pass', async (t) => {
  const { app, google } = await start(t);
  const good = (length: number) => Array.from({ length }, () => google.mintToken());
  t.strictSame(await statuses(good(200).map((token) => send(app, flooder, token))), { 200: 200 });
  t.strictSame(await statuses(strangers(59).map((token) => send(app, flooder, token))), { 401: 59 });
  // One after the other then.
  t.strictSame(await statuses(good(50).map((token) => send(app, flooder, token))), { 200: 50 }, 'with one point left');
});

test('other refusals of good tokens, and outages, cost nothing', async (t) => {
  const { app, google } = await start(t, { lookupBudget: { refused: 1 } });
  const foreign = () => google.mintToken({ client: 'other-app.apps.googleusercontent.com' });
  for (let i = 0; i < 3; i++) t.equal((await send(app, flooder, foreign())).json().code, 'ERR_TOKEN_AUDIENCE');
  google.faults.set({ kind: 'status', path: '/tokeninfo', status: 403 });
  for (const token of strangers(3)) t.equal((await send(app, flooder, token)).statusCode, 503);
  google.faults.clear();
  await eventually(
    'Google is asked again',
    async () => (await send(app, flooder, google.mintToken())).statusCode === 200,
  );
});

test('one bad token that comes in many requests at once counts once', async (t) => {
  const { app, google } = await start(t, { lookupBudget: { refused: 2 } });
  t.strictSame(await statuses(strangers(100).map(() => send(app, flooder, 'expired'))), { 401: 100 });
  t.equal((await send(app, flooder, google.mintToken())).statusCode, 200, 'its successor');
  t.equal(lookupsOf(google), 2);
});

test('after a while unknown tokens are let in again', async (t) => {
  const { app } = await start(t, { lookupBudget: { refused: 3, perMs: 5000 } });
  t.strictSame(await statuses(strangers(10).map((token) => send(app, flooder, token))), { 401: 3, 429: 7 });
  let later = 0;
  await eventually(
    'the budget is whole',
    async () => (await send(app, flooder, `later-${later++}`)).statusCode === 401,
  );
});

test('without a budget nobody is held back', async (t) => {
  const { app, google } = await start(t, { lookupBudget: false });
  t.strictSame(await statuses(strangers(100).map((token) => send(app, flooder, token))), { 401: 100 });
  t.equal(lookupsOf(google), 100);
});

test('a client has 64 lookups at a time; who waits goes in order, and leaves when it hangs up', async (t) => {
  const asked: { token: string; answer: (good: boolean) => void }[] = [];
  const app = makeApp(t, { trustProxy: () => true });
  const gone: string[] = [];
  app.addHook('onRequestAbort', async (request) => void gone.push(request.headers.authorization ?? ''));
  await app.register(googleBearer, {
    lookupBudget: { refused: 1000 },
    verifier: fakeVerifier({
      verify: (token) =>
        new Promise((resolve, reject) => {
          const answer = (good: boolean): void =>
            good ? resolve(ada) : reject(new TokenRefusedError('ERR_TOKEN_INVALID'));
          asked.push({ token, answer });
        }),
    }),
  });
  app.get('/', () => 'in');
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));

  const first = strangers(64).map((token) => send(app, flooder, token));
  await eventually('64 lookups', () => asked.length === 64);
  const impatient = connect(Number(port), '127.0.0.1');
  await once(impatient, 'connect');
  impatient.write(
    `GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${flooder}\r\nAuthorization: Bearer impatient\r\n\r\n`,
  );
  await eventually('it was received', () =>
    app.lines.some((line) => line.includes('incoming') && line.includes('"x"')),
  );
  const patient = ['patient-1', 'patient-2'].map((token) => send(app, flooder, token));
  const neighbour = send(app, other, 'neighbour');
  await eventually('the neighbour is asked about', () => asked.length === 65);
  t.equal(asked[64]?.token, 'neighbour', 'another client has places of its own');
  impatient.destroy();
  await eventually('the server noticed', () => gone.length === 1);
  await eventually('its line', () => linesAbout(app).length === 1);
  t.match(linesAbout(app), [{ level: 30, err: { code: 'ERR_TOO_MANY_LOOKUPS' } }], 'no failure of ours or of Google');

  asked[0]?.answer(true);
  await eventually('the next one', () => asked.length === 66);
  t.equal(asked[65]?.token, 'patient-1', 'nobody asks for who has gone');
  asked[1]?.answer(false);
  await eventually('the next one', () => asked.length === 67);
  t.equal(asked[66]?.token, 'patient-2');
  for (const { answer } of asked) answer(true);
  t.strictSame(await statuses([...first, ...patient, neighbour]), { 200: 66, 401: 1 });
});

test('those who wait are refused when the budget is spent', async (t) => {
  const asked: ((error: Error) => void)[] = [];
  const app = makeApp(t);
  await app.register(googleBearer, {
    lookupBudget: { refused: 2 },
    verifier: fakeVerifier({ verify: () => new Promise((_, reject) => asked.push(reject)) }),
  });
  app.get('/', () => 'in');
  const answers = strangers(10).map((token) => send(app, flooder, token));
  await eventually('no more at a time than there are points', () => asked.length === 2);
  for (const refuse of asked) refuse(new TokenRefusedError('ERR_TOKEN_INVALID'));
  t.strictSame(await statuses(answers), { 401: 2, 429: 8 });
  t.equal(asked.length, 2);
});

test('a count that is old by the time it arrives lets nobody overdraw', async (t) => {
  const asked: ((error: Error) => void)[] = [];
  const answers: (() => void)[] = [];
  let slow = false;
  // A stand-in for Redis, which knows nothing, and says so when told.
  const chain = {
    get: () => chain,
    pTTL: () => chain,
    exec: () => new Promise((resolve) => (slow ? answers.push(() => resolve([null, -2])) : resolve([null, -2]))),
  };
  const app = makeApp(t);
  await app.register(googleBearer, {
    lookupBudget: { refused: 2, redis: { isReady: true, multi: () => chain, eval: async () => [1, 60_000] } },
    verifier: fakeVerifier({ verify: () => new Promise((_, reject) => asked.push(reject)) }),
  });
  app.get('/', () => 'in');
  const first = send(app, flooder, 'first');
  await eventually('the lookup', () => asked.length === 1);
  slow = true;
  const later = [send(app, flooder, 'second'), send(app, flooder, 'third')];
  await eventually('Redis is asked', () => answers.length === 2);
  asked[0]?.(new TokenRefusedError('ERR_TOKEN_INVALID'));
  t.equal((await first).statusCode, 401);
  // Both asked when two points were left.
  slow = false;
  for (const answer of answers) answer();
  await eventually('one lookup more', () => asked.length === 2);
  asked[1]?.(new TokenRefusedError('ERR_TOKEN_INVALID'));
  t.strictSame(await statuses(later), { 401: 1, 429: 1 });
  t.equal(asked.length, 2);
});

test('where a proxy hides who is who, nobody is throttled, and one line says what to set', async (t) => {
  for (const [header, value] of [
    ['x-forwarded-for', flooder],
    ['forwarded', `for=${flooder}`],
  ] as const) {
    const google = await startGoogle(t);
    const app = makeApp(t);
    await app.register(googleBearer, { audience: clientId, endpoints: google.url, lookupBudget: { refused: 1 } });
    app.get('/', () => 'in');
    const through = (remoteAddress: string, token: string) =>
      app.inject({ url: '/', remoteAddress, headers: { authorization: `Bearer ${token}`, [header]: value } });

    for (const peer of ['127.0.0.1', '10.1.2.3', '::1', 'fd00::7', '::ffff:192.168.0.1']) {
      for (const token of strangers(3, peer.replaceAll(/[:.]/g, '-')))
        t.equal((await through(peer, token)).statusCode, 401);
    }
    t.equal(linesAbout(app).filter(({ level, msg }) => level === 40 && /trustProxy/.test(String(msg))).length, 1);

    t.equal((await through(other, 'far-1')).statusCode, 401);
    t.equal((await through(other, 'far-2')).statusCode, 429, 'a client that claims to be a proxy');
    t.equal((await send(app, '127.0.0.1', 'near-1')).statusCode, 401);
    t.equal((await send(app, '127.0.0.1', 'near-2')).statusCode, 429, 'a neighbour that speaks for itself');
  }
});

const wrong: [name: string, lookupBudget: unknown, message: RegExp][] = [
  ['true', true, /lookupBudget must be false or \{/],
  ['null', null, /lookupBudget must be false or \{/],
  ['a number', 60, /lookupBudget must be false or \{/],
  ['a misspelt key', { refuse: 1 }, /unknown key 'refuse'/],
  ['no token', { refused: 0 }, /lookupBudget\.refused/],
  ['half a token', { refused: 0.5 }, /lookupBudget\.refused/],
  ['a text', { refused: '60' }, /lookupBudget\.refused/],
  ['no time', { perMs: 0 }, /lookupBudget\.perMs/],
  ['more time than Node can wait', { perMs: 2 ** 31 }, /lookupBudget\.perMs/],
  ['another client for Redis', { redis: { status: 'ready', eval() {}, multi() {} } }, /lookupBudget\.redis/],
  ['a URL for Redis', { redis: 'redis://localhost' }, /lookupBudget\.redis/],
  ['a prefix with braces', { prefix: '{a}' }, /lookupBudget\.prefix/],
];

test('a wrong budget stops the registration', async (t) => {
  for (const [name, lookupBudget, message] of wrong) {
    const options = { audience: clientId, lookupBudget } as GoogleBearerOptions;
    await t.rejects(async () => makeApp(t).register(googleBearer, options), { name: 'TypeError', message }, name);
  }
});
