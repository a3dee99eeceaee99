import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import type { FastifyInstance } from 'fastify';
import { createTokenVerifier } from 'google-bearer';
import type { GoogleEmulator } from 'google-oauth-emulator';
import { createClient, type RedisClientType } from 'redis';
import { type Test, test } from 'tap';
import { type BudgetRedis, googleBearer } from '../src/index.ts';
import { setUpExample } from './example.ts';
import { clientId, makeApp, startGoogle } from './kit.ts';

const flooder = '192.0.2.66';

/** An instance of the API, with a verifier of its own. */
async function instance(
  t: Test,
  google: GoogleEmulator,
  redis: BudgetRedis,
  prefix?: string,
): Promise<FastifyInstance> {
  const verifier = createTokenVerifier({ audience: clientId, endpoints: google.url, timeoutMs: 30_000 });
  t.teardown(() => verifier.close());
  const app = makeApp(t);
  await app.register(googleBearer, { verifier, lookupBudget: { refused: 3, redis, ...(prefix && { prefix }) } });
  app.get('/', () => 'in');
  return app;
}

async function send(app: FastifyInstance, token: string, remoteAddress: string = flooder): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await app.inject({ url: '/', remoteAddress, headers })).statusCode;
}

async function spend(app: FastifyInstance, name: string, remoteAddress?: string): Promise<void> {
  for (let i = 0; i < 3; i++) await send(app, `${name}-${i}`, remoteAddress);
}

let clients = 0;
/** A client that nobody has heard of. */
const newClient = (): string => `198.51.100.${clients++ % 250}`;

/**
 * Lets one new client after another send a bad token, until Redis has heard of one. A Redis that takes more than 200 ms, as on a busy machine,
 * is not waited for, and then left alone for a while.
 */
async function heardOf(app: FastifyInstance, client: RedisClientType, prefix = 'google-bearer'): Promise<void> {
  await eventually('Redis to hear of it', async () => {
    const address = newClient();
    if ((await send(app, `bad-${address}`, address)) !== 401) throw new Error('a bad token was not refused');
    return (await client.get(`${prefix}:lookup-budget:${address}`)) === '1';
  });
}

test('instances with one Redis count together, under a prefix of their own', { skip: noRedis }, async (t) => {
  const google = await startGoogle(t);
  const redis = await Redis.start(t, []);
  const client = await redis.connect(t);
  const [one, two, stranger] = [
    await instance(t, google, client),
    await instance(t, google, client),
    await instance(t, google, client, 'another-app'),
  ];
  // One client after the other, for the same reason as in `heardOf`. That this instance refuses the first token is the other's doing.
  const address = await eventually('a shared count', async () => {
    const address = newClient();
    await spend(one, `secret-token-${address}`, address);
    const asked = google.calls.length;
    if ((await send(two, `unknown-${address}`, address)) !== 429) return undefined;
    t.equal(google.calls.length, asked, 'without a lookup');
    return address;
  });
  t.equal(await send(stranger, 'unknown', address), 401);
  await heardOf(stranger, client, 'another-app');

  const keys = await client.keys('*');
  t.ok(keys.includes(`google-bearer:lookup-budget:${address}`));
  for (const key of keys) {
    t.match(key, /^(another-app|google-bearer):lookup-budget:198\.51\.100\.\d+$/);
    t.match(await client.get(key), /^\d+$/);
    const ttl = await client.pTTL(key);
    t.ok(ttl > 0 && ttl <= 60_000, `gone in ${ttl} ms`);
  }
});

test('good tokens leave nothing in Redis', { skip: noRedis }, async (t) => {
  const google = await startGoogle(t);
  const redis = await Redis.start(t, []);
  const client = await redis.connect(t);
  const app = await instance(t, google, client);
  for (let i = 0; i < 10; i++) t.equal(await send(app, google.mintToken()), 200);
  t.strictSame(await client.keys('*'), []);
});

test('with Redis down the count goes on in memory, and no request waits for a reconnect', {
  skip: noRedis,
}, async (t) => {
  const google = await startGoogle(t);
  const redis = await Redis.start(t, []);
  const client = await redis.connect(t);
  const app = await instance(t, google, client);
  t.equal(await send(app, 'before'), 401);
  await redis.kill();
  await eventually('the client has noticed', () => !client.isReady);

  // What this client is told now waits for a server that does not come back.
  t.equal(await send(app, google.mintToken()), 200);
  t.equal(await send(app, 'during-1'), 401);
  t.equal(await send(app, 'during-2'), 401);
  t.equal(await send(app, 'during-3'), 429);
});

test('a client that never connected is no obstacle', { skip: noRedis }, async (t) => {
  const google = await startGoogle(t);
  const app = await instance(t, google, createClient({ url: 'redis://127.0.0.1:1' }));
  t.equal(await send(app, google.mintToken()), 200);
  await spend(app, 'unknown');
  t.equal(await send(app, 'one-more'), 429);
});

test('with a silent Redis the count goes on in memory', { skip: noRedis }, async (t) => {
  const google = await startGoogle(t);
  const redis = await Redis.start(t, []);
  const client = await redis.connect(t);
  const app = await instance(t, google, client);
  await heardOf(app, client);
  redis.signal('SIGSTOP');

  t.equal(await send(app, google.mintToken()), 200);
  await spend(app, 'during');
  t.equal(await send(app, 'one-more'), 429);
  redis.signal('SIGCONT');
});

test('a Redis that refuses the command is as good as none', { skip: noRedis }, async (t) => {
  const google = await startGoogle(t);
  const redis = await Redis.start(t, []);
  const client = await redis.connect(t);
  await client.set(`google-bearer:lookup-budget:${flooder}`, 'no number');
  const app = await instance(t, google, client);
  t.equal(await send(app, google.mintToken()), 200);
  await spend(app, 'unknown');
  t.equal(await send(app, 'one-more'), 429);
});

test("the README's example", { skip: noRedis }, async (t) => {
  const redis = await Redis.start(t, []);
  const client = await redis.connect(t);
  const words = { 'process.env.REDIS_URL': JSON.stringify(redis.url) };
  const { app } = await setUpExample(t, join(import.meta.dirname, '../README.md'), '429', words);
  app.get('/', () => 'in');
  await heardOf(app, client, 'my-api');
});
