import { join } from 'node:path';
import { eventually } from '@google-bearer/test-kit/eventually';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import { test } from 'tap';
import { type Api, errorOf, startApi } from './support/api.ts';
import { startGoogle } from './support/secrets.ts';

const get = { method: 'GET', url: '/api/user' } as const;
const signOut = { method: 'DELETE', url: '/api/token' } as const;

test('on one Redis, APIs with one prefix share revocations, and those with another do not', {
  skip: noRedis,
}, async (t) => {
  const redis = await Redis.start(t);
  const google = await startGoogle(t);
  const folder = t.testdir();
  let apis = 0;
  const start = async (prefix: string | undefined): Promise<Api> => {
    apis++;
    await redis.settle(prefix);
    const env = { REDIS_URL: redis.url, ...(prefix !== undefined && { REDIS_PREFIX: prefix }) };
    const api = await startApi(t, env, { google, dataDir: join(folder, `api-${apis}`) });
    await eventually('an API that is ready', async () => (await api.app.inject('/readyz')).statusCode === 200);
    return api;
  };
  for (const [own, foreign] of [
    ['orders', 'billing'],
    // One prefix is the beginning of the other, and one is what is used without the variable.
    [undefined, 'google-bearer:2'],
  ]) {
    const [first, same, other] = [await start(own), await start(own), await start(foreign)];
    const token = google.mintToken();
    for (const { as } of [first, same, other]) t.equal((await as(token, get)).statusCode, 404, 'good at first');
    t.equal((await first.as(token, signOut)).statusCode, 204);
    await eventually('the revocation', async () => (await same.as(token, get)).statusCode === 401);
    t.match(errorOf(await same.as(token, get)), { code: 'ERR_TOKEN_REVOKED' });
    // What the other revokes comes after it in Redis, so once that is seen everything before would have been.
    const theirs = google.mintToken();
    t.equal((await other.as(theirs, signOut)).statusCode, 204);
    t.match(errorOf(await other.as(theirs, get)), { code: 'ERR_TOKEN_REVOKED' });
    t.equal((await other.as(token, get)).statusCode, 404, 'still good there');
    t.equal((await first.as(theirs, get)).statusCode, 404, 'and the other way round');
  }
});
