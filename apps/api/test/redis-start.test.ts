import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reservedPort } from '@google-bearer/test-kit/ports';
import { DURABLE, noRedis, Redis } from '@google-bearer/test-kit/redis';
import { startGoogleEmulator } from 'google-oauth-emulator';
import { type Test, test } from 'tap';
import { untilReady } from './support/cluster.ts';
import { runApi, startProcess } from './support/process.ts';

const PASSWORD = 'pass-word-of-redis';

function environment(t: Test, url: string): Record<string, string> {
  return {
    GOOGLE_CLIENT_ID: 'me.apps.googleusercontent.com',
    DATA_DIR: join(t.testdir(), 'data'),
    REDIS_URL: url.replace('redis://', `redis://default:${PASSWORD}@`),
  };
}

async function startRedis(t: Test, ...more: string[]): Promise<Redis> {
  const args = [...DURABLE, '--requirepass', PASSWORD, ...more];
  return Redis.start(t, args, (port) => `redis://:${PASSWORD}@127.0.0.1:${port}`);
}

/** This machine too, on Linux, but not by a name that tells. */
const elsewhere = (url: string): string => url.replace('127.0.0.1', '0.0.0.0');

test('a Redis that is down, refuses the password or could forget stops the start with one line', {
  skip: noRedis,
}, async (t) => {
  const redis = await startRedis(t);
  await redis.settle();
  const cases: [what: string, env: Record<string, string>, says: RegExp][] = [
    [
      'down',
      environment(t, `redis://127.0.0.1:${await reservedPort()}`),
      /^REDIS_URL: 127\.0\.0\.1:\d+: Redis cannot be used \(ECONNREFUSED\)$/,
    ],
    [
      'password',
      { ...environment(t, redis.url), REDIS_URL: redis.url.replace('://', '://:wrong-word@') },
      /^REDIS_URL: 127\.0\.0\.1:\d+: Redis cannot be used \(WRONGPASS\)$/,
    ],
  ];
  for (const [what, env, says] of cases) {
    const { code, stdout, stderr } = await runApi(t, env);
    t.equal(code, 1, what);
    t.match(stderr.trim(), says);
    t.match(stderr, `: ${new URL(env.REDIS_URL ?? '').host}: `, 'the place of the value');
    t.notOk(/pass-word|wrong-word/.test(stdout + stderr));
  }
  await (await redis.raw()).sendCommand(['CONFIG', 'SET', 'appendonly', 'no']);
  const { code, stderr } = await runApi(t, environment(t, elsewhere(redis.url)));
  t.equal(code, 1);
  t.match(stderr, /^REDIS_URL: 0\.0\.0\.0:\d+: Redis keeps no append-only file, .*"appendonly yes"/);
  await (await redis.raw()).sendCommand(['CONFIG', 'SET', 'appendonly', 'yes']);
  const api = await startProcess(t, environment(t, elsewhere(redis.url)));
  await untilReady(api.url);
  t.notMatch(api.stdout(), /append-only/);
});

test('the user of Redis that is documented has all rights, and one with fewer stops the start', {
  skip: noRedis,
}, async (t) => {
  const redis = await startRedis(t);
  await redis.settle();
  const readme = readFileSync(new URL('../../../packages/google-bearer-redis/README.md', import.meta.url), 'utf8');
  const rules = /^user api on >… (.+)$/m.exec(readme)?.[1]?.split(' ') ?? [];
  const as = (user: string): Record<string, string> => ({
    ...environment(t, redis.url),
    REDIS_URL: redis.url.replace('://', `://${user}:${PASSWORD}@`),
  });
  await (await redis.raw()).sendCommand(['ACL', 'SETUSER', 'api', 'on', `>${PASSWORD}`, ...rules]);
  const api = await startProcess(t, as('api'));
  await untilReady(api.url);
  for (const missing of ['+pttl', '+info', '+eval']) {
    const user = `no${missing.slice(1)}`;
    await (await redis.raw()).sendCommand([
      'ACL',
      'SETUSER',
      user,
      'on',
      `>${PASSWORD}`,
      ...rules.filter((rule) => rule !== missing),
    ]);
    const { code, stderr } = await runApi(t, as(user));
    t.equal(code, 1);
    t.equal(
      stderr,
      `REDIS_URL: ${new URL(redis.url).host}: Redis does not give this user all rights (NOPERM)\n`,
      missing,
    );
  }
});

test('a Redis on this machine that could forget is taken, with a warning', { skip: noRedis }, async (t) => {
  const redis = await startRedis(t, '--appendonly', 'no');
  await redis.settle();
  const api = await startProcess(t, environment(t, redis.url));
  await untilReady(api.url);
  t.match(api.stdout(), /"level":40.*REDIS_URL: this Redis keeps no append-only file, .*appendonly to yes/);
});

test('with Redis, revocations survive the API and are listed by hash', {
  skip: noRedis,
}, async (t) => {
  const redis = await startRedis(t);
  await redis.settle();
  const google = await startGoogleEmulator();
  t.teardown(() => google.close());
  const admin = google.users[1]?.sub ?? '';
  const start = async () => {
    const env = {
      ...environment(t, redis.url),
      GOOGLE_CLIENT_ID: google.clients.map(({ id }) => id).join(','),
      GOOGLE_EMULATOR_URL: google.url,
      ADMIN_SUBJECTS: admin,
    };
    const api = await startProcess(t, env);
    await untilReady(api.url);
    return api;
  };
  const ada = { authorization: `Bearer ${google.mintToken()}` };
  const grace = { authorization: `Bearer ${google.mintToken({ user: admin })}` };
  const first = await start();
  t.equal((await fetch(`${first.url}/api/tokens`, { method: 'DELETE', headers: ada })).status, 204);
  t.same(await first.end('SIGTERM'), { code: 0, signal: null });

  const second = await start();
  t.equal((await fetch(`${second.url}/api/user`, { headers: ada })).status, 401);
  const listed = await (await fetch(`${second.url}/admin/revocations`, { headers: grace })).text();
  t.match(listed, /"type":"subject","subjectSha256":"[0-9a-f]{64}"/);
  t.notOk(listed.includes(google.users[0]?.sub ?? '?'));
  const metrics = await (await fetch(`${second.url}/metrics`)).text();
  t.match(metrics, /^google_bearer_revocations_age_seconds \d+(\.\d+)?$/m);
  t.match(metrics, /^google_bearer_lookups_shared_total \d+$/m);
  t.same(await second.end('SIGTERM'), { code: 0, signal: null });
});
