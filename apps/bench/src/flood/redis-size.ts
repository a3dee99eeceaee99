import { redisTokenCache } from 'google-bearer-redis';
import { createClient } from 'redis';

/** Some keys, each with its value and its place in the table. */
export type Size = { readonly keys: number; readonly bytes: number };

/** What stands in Redis. */
interface RedisSize {
  /** Answers about tokens, and turns to ask about one. */
  readonly tokens: Size;
  /** Everything else. */
  readonly others: Size;
  /** How many good tokens have an answer there. */
  readonly good: number;
}

/** Where answers are shared, and about which tokens. */
interface Shared {
  readonly redisUrl: string;
  readonly tokenInfoUrl: string;
  readonly goodTokens: readonly string[];
}

/** So many are looked up at once. */
const AT_ONCE = 32;

/** Measures what is there, key by key, and looks up the good tokens. */
export async function redisSize(shared: Shared): Promise<RedisSize> {
  const client = await connect(shared.redisUrl);
  try {
    for (;;) {
      const size = await measure(client, await countShared(shared));
      // Otherwise an answer was shared meanwhile: the API does not wait for that when it answers.
      if (size.good === (await countShared(shared))) return size;
    }
  } finally {
    client.destroy();
  }
}

/** What there is besides the answers about good tokens. */
export function besidesGood({ tokens, others, good }: RedisSize): Size {
  const strangers = tokens.keys - good;
  const bytesPerToken = tokens.keys === 0 ? 0 : tokens.bytes / tokens.keys;
  return { keys: strangers + others.keys, bytes: Math.round(strangers * bytesPerToken) + others.bytes };
}

async function connect(url: string) {
  const client = createClient({ url });
  // A command that fails says so itself.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function measure(client: Awaited<ReturnType<typeof connect>>, good: number): Promise<RedisSize> {
  const names = new Set<string>();
  for await (const found of client.scanIterator({ COUNT: 1000 })) for (const name of found) names.add(name);
  const all = [...names];
  const sizeOf = async (some: readonly string[]): Promise<Size> => {
    // Without samples: those would guess.
    const bytes = await Promise.all(some.map((name) => client.memoryUsage(name, { SAMPLES: 0 })));
    return { keys: some.length, bytes: bytes.reduce<number>((sum, more) => sum + (more ?? 0), 0) };
  };
  return {
    tokens: await sizeOf(all.filter(isOfToken)),
    others: await sizeOf(all.filter((name) => !isOfToken(name))),
    good,
  };
}

/** On a busy machine, not every answer is shared. */
async function countShared({ redisUrl, tokenInfoUrl, goodTokens }: Shared): Promise<number> {
  const cache = redisTokenCache({ url: redisUrl });
  try {
    await cache.connect();
    let shared = 0;
    const look = async (token: string): Promise<void> => {
      const taken = await cache.slot(token, tokenInfoUrl).take(1000);
      if (taken !== undefined && 'text' in taken) shared++;
      else await taken?.release();
    };
    for (let first = 0; first < goodTokens.length; first += AT_ONCE) {
      await Promise.all(goodTokens.slice(first, first + AT_ONCE).map(look));
    }
    return shared;
  } finally {
    await cache.close();
  }
}

function isOfToken(name: string): boolean {
  return /:(token|turn):/.test(name);
}
