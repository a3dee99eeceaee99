/**
 * An API in a process of its own: `node --expose-gc api.js ENDPOINTS ROOM [REDIS_URL]`. Tells its parent where it listens,
 * then, whenever the parent sends anything, how many bytes it holds once nobody is connected any more.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import { googleBearer } from 'fastify-google-bearer';
import { createTokenVerifier } from 'google-bearer';
import { redisTokenCache } from 'google-bearer-redis';
import { createClient } from 'redis';
import { bytesInUse } from '../bytes-in-use.ts';
import { AUDIENCE } from '../filled-verifier.ts';
import { account } from '../servers/contract.ts';
import type { Listening } from '../upstream/contract.ts';
import { PROTECTED, PUBLIC } from './routes.ts';

process.once('disconnect', () => process.exit());
const [endpoints = '', room = '', url] = process.argv.slice(2);
const shared = url === undefined ? undefined : await openRedis(url);
const verifier = createTokenVerifier({
  audience: AUDIENCE,
  endpoints,
  maxEntries: Number(room),
  ...(shared && { sharedCache: shared.sharedCache }),
});
const app = Fastify();
// The budget is the default one: 60 refused tokens a minute.
await app.register(googleBearer, { verifier, ...(shared && { lookupBudget: { redis: shared.redis } }) });
app.get(PROTECTED, () => account);
app.get(PUBLIC, { config: { googleBearer: false } }, () => account);
const listening: Listening = { origin: await app.listen({ host: '127.0.0.1', port: 0 }) };
process.send?.(listening);

process.on('message', async () => {
  const countConnections = promisify(app.server.getConnections.bind(app.server));
  while ((await countConnections()) > 0) await delay(10);
  process.send?.(await bytesInUse());
});

async function openRedis(url: string) {
  const sharedCache = redisTokenCache({ url });
  const redis = createClient({ url, disableOfflineQueue: true });
  redis.on('error', (error: Error) => {
    throw error;
  });
  await Promise.all([sharedCache.connect(), redis.connect()]);
  return { sharedCache, redis };
}
