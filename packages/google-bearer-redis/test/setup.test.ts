import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { failure } from '@google-bearer/test-kit/eventually';
import { reservedPort } from '@google-bearer/test-kit/ports';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisRevocationLog, redisTokenCache } from '../src/index.ts';
import { block } from './fixtures/entries.ts';
import { Recorder } from './fixtures/recorder.ts';

const SECRET = 'p4ssw0rd';

const wrong: { readonly options: unknown; readonly names: RegExp }[] = [
  { options: undefined, names: /url/ },
  { options: {}, names: /^google-bearer-redis: url: required.*REDIS_URL/ },
  { options: { url: '' }, names: /url: / },
  { options: { url: `user:${SECRET}@localhost` }, names: /url: / },
  { options: { url: `http://user:${SECRET}@localhost` }, names: /url: / },
  { options: { url: `redis://user:${SECRET}@` }, names: /url: / },
  { options: { url: `redis://user:${SECRET}@localhost/zero` }, names: /url: .*database/ },
  { options: { url: `redis://user:${SECRET}%@localhost` }, names: /url: .*percent/ },
  { options: { url: `redis://user:${SECRET}@localhost?db=1` }, names: /url: .*query/ },
  { options: { url: 'redis://localhost', prefix: '' }, names: /prefix: / },
  { options: { url: 'redis://localhost', prefix: '{a}' }, names: /prefix: / },
  { options: { url: 'redis://localhost', prefix: 7 }, names: /prefix: / },
  { options: { url: 'redis://localhost', prefix: 'a b' }, names: /prefix: / },
  { options: { url: 'redis://localhost', prefix: 'a\n' }, names: /prefix: / },
  { options: { url: 'redis://localhost', prefix: 'a*' }, names: /prefix: / },
  { options: { url: 'redis://localhost', prefix: 'ä' }, names: /prefix: / },
  { options: { url: 'redis://localhost', prefix: 'a'.repeat(65) }, names: /prefix: / },
  { options: { url: 'redis://localhost', tls: {} }, names: /tls: .*rediss/ },
  { options: { url: 'rediss://localhost', tls: { pfx: SECRET } }, names: /tls: / },
  { options: { url: 'redis://localhost', ttl: 1 }, names: /ttl: / },
  { options: { url: 7, prefix: 7 }, names: /url: .*prefix: / },
];
const makers: Record<string, (options: unknown) => unknown> = {
  redisRevocationLog: (options) => Reflect.apply(redisRevocationLog, undefined, [options]),
  redisTokenCache: (options) => Reflect.apply(redisTokenCache, undefined, [options]),
};
for (const [name, make] of Object.entries(makers)) {
  t.test(`${name}: wrong options are TypeErrors that name the option and quote nothing`, async (t) => {
    for (const { options, names } of wrong) {
      const error = await failure((async () => make(options))());
      t.match(error, { name: 'TypeError', message: names });
      t.notMatch(inspect(error, { depth: 10, showHidden: true }), new RegExp(SECRET));
    }
  });
}

t.test('durability is one of two words', async (t) => {
  const make = makers.redisRevocationLog ?? t.fail;
  t.throws(() => make({ url: 'redis://localhost', durability: 'none' }), {
    name: 'TypeError',
    message: /durability: /,
  });
});

t.test('a Redis that would lose revocations is refused, saying what to set', { skip: noRedis }, async (t) => {
  const cases = [
    { args: [], message: /"appendonly yes" and "appendfsync always"/ },
    {
      args: ['--appendonly', 'yes', '--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
      message: /noeviction/,
    },
  ];
  for (const { args, message } of cases) {
    const server = await Redis.start(t, args);
    await using log = redisRevocationLog({ url: server.url });
    const follower = new Recorder();
    log.follow(follower);
    await t.rejects(log.append(block('1')), { name: 'RedisUnfitError', code: 'ERR_REDIS_UNFIT', message });
    await t.rejects(log.check(), { name: 'RedisUnfitError', message });
    await follower.until('two reports', () => follower.errors.length > 1);
    t.match(follower.errors[0], { code: 'ERR_REDIS_UNFIT', message });
    t.strictSame(follower.confirmations, []);
  }
});

t.test(
  'a Redis in memory alone is taken when that is said; mended, it is taken without',
  { skip: noRedis },
  async (t) => {
    const server = await Redis.start(t, []);
    await server.settle();
    await using careless = redisRevocationLog({ url: server.url, durability: 'memory' });
    const follower = new Recorder();
    careless.follow(follower);
    await careless.append(block('1'));
    await follower.untilConfirmed();
    await using careful = redisRevocationLog({ url: server.url });
    await t.rejects(careful.append(block('1')), { code: 'ERR_REDIS_UNFIT' });
    const raw = await server.raw();
    await raw.configSet('appendonly', 'yes');
    await careful.append(block('1'));
    await careful.check();
  },
);

t.test('a replica is refused', { skip: noRedis }, async (t) => {
  const master = await Redis.start(t);
  const replica = await Redis.start(t, ['--appendonly', 'yes', '--replicaof', '127.0.0.1', String(master.port)]);
  await using log = redisRevocationLog({ url: replica.url });
  await t.rejects(log.append(block('1')), { code: 'ERR_REDIS_UNFIT', message: /replica/ });
  const follower = new Recorder();
  log.follow(follower);
  await follower.until('a report', () => follower.errors.length > 0);
  t.strictSame(follower.confirmations, []);
});

t.test('a master that becomes a replica confirms nothing more', { skip: noRedis }, async (t) => {
  const [old, fresh] = [await Redis.start(t), await Redis.start(t)];
  await old.settle();
  await using log = redisRevocationLog({ url: old.url });
  const follower = new Recorder();
  log.follow(follower);
  await follower.untilConfirmed();
  const raw = await old.raw();
  await raw.sendCommand(['REPLICAOF', '127.0.0.1', String(fresh.port)]);
  const demoted = Date.now();
  await follower.until('two reports', () => follower.errors.length > 1);
  t.notOk(follower.confirmations.some((asOf) => asOf > demoted));
});

const openssl = spawnSync('openssl', ['version']).status === 0;
t.test('TLS', { skip: noRedis || (openssl ? false : 'needs openssl: apt-get install openssl') }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'google-bearer-redis-tls-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  t.equal(made.status, 0, made.stderr.toString());
  const server = await Redis.start(t, ['--appendonly', 'yes', '--tls-port', '0']);
  const raw = await server.raw();
  const port = await reservedPort();
  await raw.sendCommand([
    'CONFIG',
    'SET',
    'tls-cert-file',
    cert,
    'tls-key-file',
    key,
    'tls-auth-clients',
    'no',
    'tls-port',
    String(port),
  ]);
  await server.settle();
  const url = `rediss://localhost:${port}`;
  await using trusting = redisRevocationLog({ url, tls: { ca: readFileSync(cert, 'utf8') } });
  await trusting.append(block('1'));
  const follower = new Recorder();
  trusting.follow(follower);
  await follower.untilConfirmed();
  await using wary = redisRevocationLog({ url });
  await t.rejects(wary.append(block('1')), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

t.test('nobody listens: appends fail at once, followers are told', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await server.kill();
  await using log = redisRevocationLog({ url: server.url });
  const follower = new Recorder();
  log.follow(follower);
  await t.rejects(log.append(block('1')), { code: 'ECONNREFUSED' });
  await t.rejects(log.check(), { code: 'ECONNREFUSED' });
  await follower.until('two reports', () => follower.errors.length > 1);
  await server.launch();
  await follower.untilConfirmed();
  await log.append(block('1'));
});

t.test('a closed log says so, and lets the process end', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  await server.settle();
  const log = redisRevocationLog({ url: server.url });
  const follower = new Recorder();
  log.follow(follower);
  const appended = log.append(block('1'));
  await log.close();
  await appended;
  await log.close();
  await t.rejects(log.append(block('2')), { message: 'The revocation log is closed' });
  await t.rejects(log.check(), { message: 'The revocation log is closed' });
  const late = new Recorder();
  log.follow(late)();
  t.match(late.errors, [{ message: 'The revocation log is closed' }]);
  const script = `
    import { redisRevocationLog, redisTokenCache } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url))};
    const log = redisRevocationLog({ url: process.argv[1] });
    const cache = redisTokenCache({ url: process.argv[1] });
    const { promise, resolve } = Promise.withResolvers();
    log.follow({ entry() {}, confirm: resolve, error() {} });
    await log.append({ type: 'block', subject: '1' });
    await cache.connect();
    await promise;
    await log.close();
    await cache.close();`;
  const argv = ['--conditions=google-bearer-source', '--input-type=module', '-e', script, server.url];
  const { status, stderr } = spawnSync(process.execPath, argv, { timeout: 60_000 });
  t.equal(stderr.toString(), '');
  t.equal(status, 0);
});
