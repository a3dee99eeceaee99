import type { RedisClientType } from 'redis';

/** Every key and value of a Redis, as text. */
export async function allOf(client: RedisClientType): Promise<string> {
  const keys = await client.keys('*');
  const values = keys.map(async (key) => [key, await client.sendCommand(reading(key, await client.type(key)))]);
  return JSON.stringify(await Promise.all(values));
}

/** The command that reads all of a value. */
function reading(key: string, type: string): string[] {
  switch (type) {
    case 'string':
      return ['GET', key];
    case 'hash':
      return ['HGETALL', key];
    case 'stream':
      return ['XRANGE', key, '-', '+'];
    case 'set':
      return ['SMEMBERS', key];
    case 'zset':
      return ['ZRANGE', key, '0', '-1', 'WITHSCORES'];
    default:
      throw new Error(`a value of type ${type} cannot be read here yet`);
  }
}
