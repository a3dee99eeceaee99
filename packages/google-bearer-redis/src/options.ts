/** How to reach Redis. */
interface RedisOptions {
  /**
   * `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS.  User and password are those of an ACL user,
   * percent-encoded if they hold more than letters and digits. No error quotes the URL.
   */
  readonly url: string;
  /** The first part of every key: letters, digits, `.`, `_`, `-` and `:`; at most 64. Default: `google-bearer`. */
  readonly prefix?: string;
  /** For `rediss://`: PEM texts, if the certificates that Node trusts are not enough. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** What {@link redisTokenCache} takes. */
export interface RedisTokenCacheOptions extends RedisOptions {}

/** What {@link redisRevocationLog} takes. */
export interface RedisRevocationLogOptions extends RedisOptions {
  /**
   * What "stored" means. `aof`: the log refuses a Redis that writes no append-only file. `memory`: the log accepts it; what such a
   * Redis forgets at a restart, only the instances that still run know. Default: `aof`.
   */
  readonly durability?: 'aof' | 'memory';
}

/** A Redis, and the keys that are ours there. */
export interface Server {
  readonly url: string;
  readonly prefix: string;
  readonly tls: RedisOptions['tls'];
}

const DEFAULT_PREFIX = 'google-bearer';

/** @throws {TypeError} naming every option that is wrong, and quoting none */
export function checkLogOptions(
  options: RedisRevocationLogOptions,
): Server & { readonly durability: 'aof' | 'memory' } {
  const problems: string[] = [];
  const server = readServer(options, ['durability'], problems);
  const { durability = 'aof' } = options;
  if (durability !== 'aof' && durability !== 'memory') problems.push("durability: 'aof' or 'memory'");
  throwAny(problems);
  return Object.freeze({ ...server, durability });
}

/** @throws {TypeError} naming every option that is wrong, and quoting none */
export function checkCacheOptions(options: RedisTokenCacheOptions): Server {
  const problems: string[] = [];
  const server = readServer(options, [], problems);
  throwAny(problems);
  return Object.freeze(server);
}

function readServer(options: RedisOptions, others: readonly string[], problems: string[]): Server {
  if (typeof options !== 'object' || options === null) throw new TypeError('google-bearer-redis: url is required');
  const { url, prefix = DEFAULT_PREFIX, tls } = options;
  for (const name of Object.keys(options)) {
    if (!['url', 'prefix', 'tls', ...others].includes(name)) problems.push(`${name}: there is no such option`);
  }
  const problem = urlProblem(url);
  if (problem !== undefined) problems.push(`url: ${problem}`);
  // Braces would change which part of a key decides its place in a cluster.
  if (typeof prefix !== 'string' || !/^[\w.:-]{1,64}$/.test(prefix)) {
    problems.push('prefix: 1 to 64 letters, digits, dots, colons, underscores or hyphens');
  }
  if (tls !== undefined && !isTls(tls)) problems.push('tls: an object with ca, cert and key as PEM texts');
  if (tls !== undefined && problem === undefined && !url.startsWith('rediss:'))
    problems.push('tls: needs a rediss:// url');
  return { url, prefix, tls };
}

/** Says what is wrong in our own words, because Node's error quotes the URL, password included. */
function urlProblem(url: unknown): string | undefined {
  if (url === undefined) return 'required: redis://host:port, or rediss:// for TLS (is REDIS_URL set?)';
  if (typeof url !== 'string' || !URL.canParse(url)) return 'redis://host:port, or rediss:// for TLS';
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(url);
  if (protocol !== 'redis:' && protocol !== 'rediss:') return 'starts with redis:// or rediss://';
  if (hostname === '') return 'names no host';
  if (!/^\/?\d*$/.test(pathname)) return 'the path is the number of a database, or nothing';
  if (search !== '' || hash !== '') return 'has no query and no fragment; percent-encode ? and # in a password';
  try {
    decodeURIComponent(username + password);
  } catch {
    return 'user and password have to be percent-encoded';
  }
  return undefined;
}

function isTls(tls: unknown): boolean {
  if (typeof tls !== 'object' || tls === null) return false;
  return Object.entries(tls).every(([name, pem]) => /^(ca|cert|key)$/.test(name) && typeof pem === 'string');
}

function throwAny(problems: readonly string[]): void {
  if (problems.length > 0) throw new TypeError(`google-bearer-redis: ${problems.join('; ')}`);
}
