import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import t, { type Test } from 'tap';
import { type Api, errorOf, startApi } from './support/api.ts';
import { type Google, startGoogle } from './support/secrets.ts';

const get = { method: 'GET', url: '/api/user' } as const;

let made = 0;
/** A token that Google knows nothing of, and nobody has sent before. */
const bad = (): string => `ya29.unknown-${made++}`;
const at = (client: string) => ({ ...get, remoteAddress: client });
const codeOf = async (api: Api, token: string, client = '203.0.113.1') => errorOf(await api.as(token, at(client))).code;

t.test('a client that sends too many bad tokens gets 429 for its unknown ones, and nobody else does', async (t) => {
  const api = await startApi(t, { LOOKUP_BUDGET: '3' });
  const known = api.google.mintToken();
  t.equal(await codeOf(api, known), 'ERR_USER_NOT_FOUND');
  for (let i = 0; i < 3; i++) t.equal(await codeOf(api, bad()), 'ERR_TOKEN_INVALID');
  const refused = await api.as(bad(), at('203.0.113.1'));
  t.match(errorOf(refused), { status: 429, code: 'ERR_TOO_MANY_LOOKUPS' });
  t.strictSame(Object.keys(refused.json()).sort(), ['code', 'error', 'message', 'statusCode']);
  t.match(refused.headers['retry-after'], /^\d+$/);
  t.notOk(refused.headers['www-authenticate'], 'another token would not help');
  t.equal(await codeOf(api, known), 'ERR_USER_NOT_FOUND', 'a token that is known goes on');
  t.equal(await codeOf(api, bad(), '203.0.113.2'), 'ERR_TOKEN_INVALID', 'another client has its own budget');
  t.equal((await api.app.inject({ ...at('203.0.113.1'), url: '/healthz' })).statusCode, 200);
});

t.test('the client is the one that a trusted proxy names', async (t) => {
  const api = await startApi(t, { LOOKUP_BUDGET: '1', TRUST_PROXY: '10.0.0.1' });
  const behind = async (client: string) =>
    errorOf(await api.as(bad(), { ...at('10.0.0.1'), headers: { 'x-forwarded-for': client } })).code;
  t.equal(await behind('203.0.113.1'), 'ERR_TOKEN_INVALID');
  t.equal(await behind('203.0.113.1'), 'ERR_TOO_MANY_LOOKUPS');
  t.equal(await behind('203.0.113.2'), 'ERR_TOKEN_INVALID');
});

t.test('60 in a minute unless told otherwise, and with 0 any number', async (t) => {
  const google = await startGoogle(t);
  const folder = t.testdir();
  const usual = await startApi(t, {}, { google, dataDir: join(folder, 'usual') });
  const endless = await startApi(t, { LOOKUP_BUDGET: '0' }, { google, dataDir: join(folder, 'endless') });
  for (let i = 0; i < 60; i++) t.equal(await codeOf(usual, bad()), 'ERR_TOKEN_INVALID');
  t.equal(await codeOf(usual, bad()), 'ERR_TOO_MANY_LOOKUPS');
  for (let i = 0; i < 61; i++) t.equal(await codeOf(endless, bad()), 'ERR_TOKEN_INVALID');
});

/** Two APIs whose budget is one bad token in a minute. */
async function startTwo(t: Test, google: Google, redisUrl: string, prefixes: readonly [string, string]) {
  const folder = t.testdir();
  const start = async (prefix: string, name: string): Promise<Api> => {
    const env = { REDIS_URL: redisUrl, REDIS_PREFIX: prefix, LOOKUP_BUDGET: '1' };
    const api = await startApi(t, env, { google, dataDir: join(folder, name) });
    await eventually('an API that is ready', async () => (await api.app.inject('/readyz')).statusCode === 200);
    return api;
  };
  return [await start(prefixes[0], 'first'), await start(prefixes[1], 'second')] as const;
}

/** Spends the budget of one client after another at one API, until the other has heard of it. */
async function untilShared(first: Api, second: Api): Promise<void> {
  let client = 0;
  await eventually('a shared count', async () => {
    client++;
    const address = `198.51.100.${client % 250}`;
    await codeOf(first, bad(), address);
    return (await codeOf(second, bad(), address)) === 'ERR_TOO_MANY_LOOKUPS';
  });
}

t.test('instances with one Redis and one prefix count together', { skip: noRedis }, async (t) => {
  const redis = await Redis.start(t);
  await redis.settle('one');
  await redis.settle('two');
  const google = await startGoogle(t);
  const [first, second] = await startTwo(t, google, redis.url, ['one', 'one']);
  await untilShared(first, second);
  const [third, fourth] = await startTwo(t, google, redis.url, ['two', 'one']);
  await untilShared(fourth, second);
  const client = '192.0.2.77';
  t.equal(await codeOf(third, bad(), client), 'ERR_TOKEN_INVALID');
  t.equal(await codeOf(third, bad(), client), 'ERR_TOO_MANY_LOOKUPS');
  t.equal(await codeOf(fourth, bad(), client), 'ERR_TOKEN_INVALID', 'with another prefix they do not');
});

t.test('the rights that are documented let a user of Redis count', { skip: noRedis }, async (t) => {
  const redis = await Redis.start(t);
  await redis.settle();
  const readme = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const log = /^user api on >… (.+)$/m.exec(readme('../../../packages/google-bearer-redis/README.md'))?.[1] ?? '';
  const budget = /`(~google-bearer:lookup-budget:\* [^`]+)`/.exec(readme('../README.md'))?.[1] ?? '';
  await (await redis.raw()).sendCommand([
    'ACL',
    'SETUSER',
    'api',
    'on',
    '>pass-word',
    ...log.split(' '),
    ...budget.split(' '),
  ]);
  const url = redis.url.replace('://', '://api:pass-word@');
  const [first, second] = await startTwo(t, await startGoogle(t), url, ['google-bearer', 'google-bearer']);
  await untilShared(first, second);
  t.pass('the second has heard of what the first counted');
});
