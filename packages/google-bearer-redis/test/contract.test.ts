import { randomUUID } from 'node:crypto';
import { noRedis, Redis } from '@google-bearer/test-kit/redis';
import { revocationLogContract } from 'google-bearer/revocation-log-contract';
import { t } from 'tap';
import { type RedisRevocationLog, redisRevocationLog } from '../src/index.ts';

t.test('the contract', { skip: noRedis }, async (t) => {
  const server = await Redis.start(t);
  const contract = revocationLogContract(async () => {
    const prefix = randomUUID();
    await server.settle(prefix);
    const opened: RedisRevocationLog[] = [];
    const reopen = () => {
      const log = redisRevocationLog({ url: server.url, prefix });
      opened.push(log);
      return log;
    };
    return {
      log: reopen(),
      reopen,
      async close() {
        for (const log of opened) await log.close();
      },
    };
  });
  for (const { name, run } of contract) await t.test(name, run);
});
