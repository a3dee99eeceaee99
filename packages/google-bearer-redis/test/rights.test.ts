import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { eventually, failure } from '@google-bearer/test-kit/eventually';
import { DURABLE, noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { openClient } from '../src/client.ts';
import { redisRevocationLog, redisTokenCache } from '../src/index.ts';
import { logKeys } from '../src/log/keys.ts';
import { TRIM } from '../src/log/scripts.ts';
import { block } from './fixtures/entries.ts';
import { startGoogle, startInstance } from './fixtures/instance.ts';
import { Recorder } from './fixtures/recorder.ts';

const PASSWORD = 'p/ss w:rd@#?';
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
/** The users that README.md prints, each as the rules of ACL SETUSER. */
const users = new Map(
  [...readme.matchAll(/^user (\w+) on >… (.+)$/gm)].map(([, name = '', rules = '']) => [name, rules.split(' ')]),
);

/** A Redis that knows these users and no others. */
async function startGuarded(t: Parameters<typeof Redis.start>[0]): Promise<Redis> {
  const args = ['--user', 'default', 'off', '--user', 'admin', 'on', '>x', '~*', '&*', '+@all'];
  const server = await Redis.start(t, [...DURABLE, ...args], (port) => `redis://admin:x@127.0.0.1:${port}`);
  const raw = await server.raw();
  for (const [name, rules] of users) await raw.aclSetUser(name, ['on', `>${PASSWORD}`, ...rules]);
  await server.settle();
  return server;
}

function urlOf(server: Redis, user: string, password = PASSWORD): string {
  return `redis://${user}:${encodeURIComponent(password)}@127.0.0.1:${server.port}`;
}

t.test('README.md prints a user for each purpose and one for both', async (t) => {
  t.strictSame([...users.keys()], ['log', 'cache', 'api']);
  const rights = (name: string) => users.get(name)?.filter((rule) => rule.startsWith('+')) ?? [];
  t.strictSame(new Set(rights('api')), new Set([...rights('log'), ...rights('cache')]));
});

for (const user of ['log', 'api']) {
  t.test(`${user} may do all that the log does, also after a loss of data`, { skip: noRedis }, async (t) => {
    const server = await startGuarded(t);
    const google = await startGoogle(t);
    const { verifier, log } = startInstance(t, google, { url: urlOf(server, user) });
    await log.check();
    await verifier.ready();
    await verifier.revokeToken(google.mintToken());
    await verifier.blockSubject('1');
    await verifier.blockSubject('2');
    await verifier.unblockSubject('2');
    const keys = logKeys('google-bearer');
    const raw = await server.raw();
    await raw.flushAll();
    await eventually('what was lost', async () => (await raw.xLen(keys.stream)) === 2 || undefined);
    t.equal(await raw.hLen(keys.blocked), 1);
    // What it does once a minute.
    const client = await openClient({ url: urlOf(server, user), prefix: '', tls: undefined }, 'test', 5000);
    t.teardown(() => client.destroy());
    await raw.xAdd('{google-bearer}:old', '1-1', { e: JSON.stringify(block('1')) });
    const trim = { keys: ['{google-bearer}:old', keys.unblocked, keys.state], arguments: ['2-0'] };
    t.equal(await client.eval(TRIM, trim), 1);
  });
}

for (const user of ['cache', 'api']) {
  t.test(`${user} may do all that the cache does`, { skip: noRedis }, async (t) => {
    const server = await startGuarded(t);
    await using cache = redisTokenCache({ url: urlOf(server, user) });
    await cache.connect();
    const slot = cache.slot('ya29.a', 'https://example.com');
    const turn = await slot.take(60_000);
    if (!turn || !('keep' in turn)) throw new Error('no turn');
    await turn.keep('text', 60_000);
    t.match(await slot.take(60_000), { text: 'text' });
    const raw = await server.raw();
    for (const name of await raw.keys('*:token:*')) await raw.set(name, 'nonsense');
    t.equal(await slot.take(60_000), undefined, 'and it removes what it cannot read');
    t.match(await slot.take(60_000), { release: Function });
  });
}

t.test('cache may not touch the log', { skip: noRedis }, async (t) => {
  const server = await startGuarded(t);
  const client = await openClient({ url: urlOf(server, 'cache'), prefix: '', tls: undefined }, 'test', 5000);
  t.teardown(() => client.destroy());
  for (const key of Object.values(logKeys('google-bearer'))) {
    await t.rejects(client.get(key), { message: /NOPERM/ }, key);
    await t.rejects(client.del(key), { message: /NOPERM/ }, key);
  }
});

t.test('a log that lacks a right is told when it is checked', { skip: noRedis }, async (t) => {
  const server = await startGuarded(t);
  const raw = await server.raw();
  const rules = users.get('log') ?? [];
  // Without this one nobody logs in.
  const rights = rules.filter((rule) => rule.startsWith('+') && rule !== '+hello');
  t.ok(rights.length > 10);
  for (const right of rights) {
    await raw.aclSetUser('lacking', ['reset', 'on', `>${PASSWORD}`, ...rules, right.replace('+', '-')]);
    await using log = redisRevocationLog({ url: urlOf(server, 'lacking') });
    await t.rejects(log.check(), { message: /permission|can't run/ }, right);
  }
  t.strictSame(await raw.exists('{google-bearer}:probe'), 0, 'and leaves nothing');
  await using elsewhere = redisRevocationLog({ url: urlOf(server, 'log'), prefix: 'other' });
  await t.rejects(elsewhere.check(), { message: /key/ });
});

t.test('a cache that lacks a right is told when it connects', { skip: noRedis }, async (t) => {
  const server = await startGuarded(t);
  const raw = await server.raw();
  for (const right of ['info', 'eval', 'time', 'get', 'pttl', 'set', 'del']) {
    await raw.aclSetUser('lacking', ['reset', 'on', `>${PASSWORD}`, ...(users.get('cache') ?? []), `-${right}`]);
    await using cache = redisTokenCache({ url: urlOf(server, 'lacking') });
    await t.rejects(cache.connect(), { message: /permission|can't run/ }, right);
  }
  await using elsewhere = redisTokenCache({ url: urlOf(server, 'cache'), prefix: 'other' });
  await t.rejects(elsewhere.connect(), { message: /key/ });
});

t.test('a wrong password is refused, and quoted nowhere', { skip: noRedis }, async (t) => {
  const server = await startGuarded(t);
  const wrong = 'p4ssw0rd';
  await using stranger = redisRevocationLog({ url: urlOf(server, 'log', wrong) });
  const follower = new Recorder();
  stranger.follow(follower);
  const error = await failure(stranger.append(block('1')));
  await follower.until('a report', () => follower.errors.length > 0);
  await using cache = redisTokenCache({ url: urlOf(server, 'cache', wrong) });
  for (const each of [error, follower.errors[0], await failure(cache.connect())]) {
    t.match(each, { message: /WRONGPASS/ });
    t.notMatch(inspect(each, { depth: 10, showHidden: true }), new RegExp(wrong));
  }
});
