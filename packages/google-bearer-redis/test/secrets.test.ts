import { createHash } from 'node:crypto';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import { t } from 'tap';
import { redisTokenCache } from '../src/index.ts';
import { startGoogle, startInstance } from './fixtures/instance.ts';

t.test(
  'Redis holds no token, no address, no subject and no hash of a token that was not revoked',
  { skip: noRedis },
  async (t) => {
    const server = await Redis.start(t);
    await server.settle();
    const google = await startGoogle(t);
    await using sharedCache = redisTokenCache({ url: server.url });
    await sharedCache.connect();
    const { verifier } = startInstance(t, google, { url: server.url }, { sharedCache });
    await verifier.ready();
    const users = google.users.slice(0, 2);
    const tokens = users.flatMap(({ sub }) => [google.mintToken({ user: sub }), google.mintToken({ user: sub })]);
    for (const each of tokens) await verifier.verify(each);
    await t.rejects(verifier.verify('ya29.unknown'), { code: 'ERR_TOKEN_INVALID' });
    const revoked = google.mintToken();
    await verifier.revokeToken(revoked);
    for (const { sub } of users) {
      await verifier.revokeSubject(sub);
      await verifier.blockSubject(sub);
      await verifier.unblockSubject(sub);
      await verifier.blockSubject(sub);
    }
    await verifier.revokeEveryone();
    await verifier.close();

    const raw = await server.raw();
    const keys = await raw.keys('*');
    const everything = Buffer.concat(await Promise.all(keys.map((key) => dump(server, key)))).toString('latin1');
    t.match(
      keys.filter((key) => key.includes(':token:')),
      { length: tokens.length },
    );
    const secrets = [
      ...[...tokens, revoked, 'ya29.unknown'].map((token) => token.slice(5)),
      ...users.flatMap(({ sub, email }) => [sub, email]),
      ...[...tokens, 'ya29.unknown'].flatMap((token) => hashes(token)),
      ...google.clients.map(({ id }) => id),
    ];
    for (const secret of secrets) t.notOk(everything.includes(secret));
    t.ok(
      everything.includes(createHash('sha256').update(revoked).digest('hex')),
      'what is there can be found this way',
    );
  },
);

/** The name of a key and all that is under it. */
async function dump(server: Redis, key: string): Promise<Buffer> {
  const raw = await server.raw();
  const type = await raw.type(key);
  const readers: Record<string, () => Promise<unknown>> = {
    string: () => raw.get(key),
    hash: () => raw.hGetAll(key),
    zset: () => raw.zRangeWithScores(key, 0, -1),
    stream: () => raw.xRange(key, '-', '+'),
  };
  const value = JSON.stringify([key, await readers[type]?.()]).replaceAll('\\"', '"');
  // Sealed texts are base64: what they say in bytes counts too.
  return Buffer.concat([
    Buffer.from(value),
    Buffer.from(type === 'string' ? ((await raw.get(key)) ?? '') : '', 'base64'),
  ]);
}

function hashes(token: string): string[] {
  const digest = createHash('sha256').update(token).digest();
  return [digest.toString('hex'), digest.toString('base64').slice(0, 42), digest.toString('base64url').slice(0, 42)];
}
