import { isIP } from 'node:net';
import { isLoopback } from './loopback.ts';
import { readTrustProxy, TRUST_PROXY_EXPECTED, type TrustProxy } from './trust-proxy.ts';

/** How the API runs: its environment, read once. Times are in ms. */
export interface Config {
  /** The Google client ids whose tokens are accepted. */
  readonly clientIds: readonly string[];
  /** Base of every Google endpoint; undefined: Google itself. */
  readonly emulatorUrl: string | undefined;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The URL that clients know this API by; undefined: made from host and port. */
  readonly publicUrl: string | undefined;
  /** The folder of the SQLite files. */
  readonly dataDir: string;
  /** The Redis that keeps the revocations and the shared token cache, with its password; undefined: a file in the folder. */
  readonly redisUrl: string | undefined;
  /** The first part of every key there: two APIs with one Redis and one prefix share their revocations. */
  readonly redisPrefix: string;
  /** The Postgres that keeps the users, with its password; undefined: a file in the folder. */
  readonly databaseUrl: string | undefined;
  readonly corsOrigins: readonly string[];
  /** The Google `sub`s that may use /admin. */
  readonly adminSubjects: ReadonlySet<string>;
  readonly trustProxy: TrustProxy;
  /** How many tokens that Google refuses one client may send in a minute; 0: no limit. */
  readonly lookupBudget: number;
  readonly tokenCacheMaxAgeMs: number;
  readonly tokeninfoTimeoutMs: number;
  readonly tokenLifetimeMs: number;
  readonly maxStalenessMs: number;
  readonly logLevel: LogLevel;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Either a configuration or what is wrong, one line a problem, each beginning with the name of its variable. */
export type EnvReading = { readonly config: Config } | { readonly problems: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

/** Node keeps the delay of a timer in 32 bits; a longer one fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** An idle view of Redis is up to 400 ms old; below this a slow moment would turn into refusals. */
const LEAST_STALENESS_OF_REDIS_MS = 1_000;

/** Reads the environment of this process. */
export function readProcessEnv(): EnvReading {
  return readEnv(process.env);
}

/** Reads an environment. A variable that is empty or blank counts as not set. Problems never quote a value. */
export function readEnv(env: Environment): EnvReading {
  const read = new Reader(env);
  const clientIdName = read.text('GOOGLE_CLIENT_ID') === undefined ? 'AUTH_GOOGLE_ID' : 'GOOGLE_CLIENT_ID';
  const config: Config = {
    clientIds: read.list(
      clientIdName,
      [],
      isClientId,
      'client ids, separated by commas; no quotes, and no client secret',
    ),
    emulatorUrl: read.baseUrl('GOOGLE_EMULATOR_URL'),
    host: read.matching('HOST', '127.0.0.1', isHost, 'a host name or an IP address, without a port'),
    port: read.number('PORT', 4000, 0, 65_535),
    publicUrl: read.matching(
      'PUBLIC_URL',
      undefined,
      isPublicUrl,
      'an https URL (http only on loopback) without a path',
    ),
    dataDir: read.matching('DATA_DIR', './data', isFolder, 'a path without quotes; no shell replaces a ~ here'),
    redisUrl: read.matching('REDIS_URL', undefined, isRedisUrl, REDIS_URL_EXPECTED),
    redisPrefix: read.matching('REDIS_PREFIX', 'google-bearer', isRedisPrefix, REDIS_PREFIX_EXPECTED),
    databaseUrl: read.matching('DATABASE_URL', undefined, isPostgresUrl, POSTGRES_URL_EXPECTED),
    corsOrigins: read.list('CORS_ORIGINS', ['http://localhost:3000'], isOrigin, ORIGINS_EXPECTED),
    adminSubjects: new Set(read.list('ADMIN_SUBJECTS', [], isGoogleSubject, ADMIN_SUBJECTS_EXPECTED)),
    trustProxy: read.parsed('TRUST_PROXY', false, readTrustProxy, TRUST_PROXY_EXPECTED),
    lookupBudget: read.number('LOOKUP_BUDGET', 60, 0, Number.MAX_SAFE_INTEGER),
    tokenCacheMaxAgeMs: read.number('TOKEN_CACHE_MAX_AGE_MS', 300_000, 0, Number.MAX_SAFE_INTEGER),
    tokeninfoTimeoutMs: read.number('TOKENINFO_TIMEOUT_MS', 3_000, 1, MAX_TIMER_MS),
    tokenLifetimeMs: read.number('TOKEN_LIFETIME_MS', 3_600_000, 1_000, 30 * 24 * 3_600_000),
    maxStalenessMs: read.number('MAX_STALENESS_MS', 5_000, 100, Number.MAX_SAFE_INTEGER),
    logLevel: read.oneOf('LOG_LEVEL', 'info', LOG_LEVELS),
  };
  if (read.text(clientIdName) === undefined) {
    read.problems.unshift('GOOGLE_CLIENT_ID: required; the client id of the application whose tokens are accepted');
  }
  if (config.redisUrl !== undefined && config.maxStalenessMs < LEAST_STALENESS_OF_REDIS_MS) {
    read.problems.push(`MAX_STALENESS_MS: at least ${LEAST_STALENESS_OF_REDIS_MS} with REDIS_URL`);
  }
  return read.problems.length > 0 ? { problems: read.problems } : { config: Object.freeze(config) };
}

/** Docker's env files keep quotes, and a secret in place of the id would be logged as the audience that was expected. */
function isClientId(text: string): boolean {
  return /^[^\s"'`]+$/.test(text) && !text.startsWith('GOCSPX-');
}

/** Docker's env files keep quotes, and a folder of that name would be made. */
function isFolder(text: string): boolean {
  return !/^["'`~]/.test(text);
}

const ORIGINS_EXPECTED = 'origins such as https://www.example.org, separated by commas, without a path and without *';

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { origin, protocol } = new URL(value);
  return origin === value && (protocol === 'https:' || protocol === 'http:');
}

function isHost(value: string): boolean {
  return isIP(value) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value);
}

function isPublicUrl(value: string): boolean {
  return isOrigin(value) && isSafe(new URL(value));
}

/** Plain http hands tokens to whoever is on the way, so it has to stay on this machine. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

const POSTGRES_URL_EXPECTED =
  'postgres://user:password@host:port/database, with a port up to 65535, and with special characters of its parts percent-encoded';

/** Without a host pg would look for one elsewhere. It may also be a parameter, as for a folder of Unix sockets. */
function isPostgresUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, port, username, password, pathname, search, hash, searchParams } = new URL(value);
  // A password with one of / ? # in it, of which the first part would be taken for a port and shown.
  if (`${pathname}${search}${hash}`.includes('@')) return false;
  // For such a port Node throws where nobody can catch it.
  if (![port || '5432', ...searchParams.getAll('port')].every(isPort)) return false;
  const isPostgres = (protocol === 'postgres:' || protocol === 'postgresql:') && isPercentEncoded(username + password);
  return isPostgres && Boolean(hostname || searchParams.get('host'));
}

function isPort(value: string): boolean {
  return /^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65_536;
}

const REDIS_URL_EXPECTED =
  'redis://user:password@host:port (rediss:// for TLS), with special characters of its parts percent-encoded';

function isRedisUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(value);
  const isRedis = (protocol === 'redis:' || protocol === 'rediss:') && isPercentEncoded(username + password);
  return isRedis && hostname !== '' && /^\/?\d*$/.test(pathname) && search === '' && hash === '';
}

const REDIS_PREFIX_EXPECTED = '1 to 64 letters, digits, dots, colons, underscores or hyphens';

/** As google-bearer-redis wants it. */
function isRedisPrefix(value: string): boolean {
  return /^[\w.:-]{1,64}$/.test(value);
}

function isPercentEncoded(value: string): boolean {
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}

const ADMIN_SUBJECTS_EXPECTED =
  "Google's subs (digits alone, such as 106488946935451153824), separated by commas; an e-mail address is none, since it can " +
  'pass to somebody else';

/** OpenID Connect Core §2 allows more; Google's are digits. */
function isGoogleSubject(value: string): boolean {
  return /^\d{1,255}$/.test(value);
}

/** As google-bearer wants it: a text that `URL` would mend or shorten is refused. */
const PLAIN = /^https?:\/\/[^/\s\\?#@]+(\/[^\s\\?#]*)?$/i;

/** Reads single variables, and collects what is wrong with them. */
class Reader {
  readonly problems: string[] = [];
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  text(name: string): string | undefined {
    return this.#env[name]?.trim() || undefined;
  }

  number(name: string, byDefault: number, least: number, most: number): number {
    const value = this.text(name);
    if (value === undefined) return byDefault;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    this.problems.push(`${name}: expected a whole number from ${least} to ${most}`);
    return byDefault;
  }

  matching<Default extends string | undefined>(
    name: string,
    byDefault: Default,
    fits: (value: string) => boolean,
    expected: string,
  ): string | Default {
    const value = this.text(name);
    if (value === undefined) return byDefault;
    if (!fits(value)) this.problems.push(`${name}: expected ${expected}`);
    return value;
  }

  parsed<T>(name: string, byDefault: T, parse: (value: string) => T | undefined, expected: string): T {
    const value = this.text(name);
    if (value === undefined) return byDefault;
    const parsed = parse(value);
    if (parsed === undefined) this.problems.push(`${name}: expected ${expected}`);
    return parsed ?? byDefault;
  }

  oneOf<const T extends string>(name: string, byDefault: T, choices: readonly T[]): T {
    const value = this.text(name);
    if (value === undefined) return byDefault;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.problems.push(`${name}: expected one of ${choices.join(', ')}`);
    return choice ?? byDefault;
  }

  list(
    name: string,
    byDefault: readonly string[],
    fits: (item: string) => boolean,
    expected: string,
  ): readonly string[] {
    const value = this.text(name);
    if (value === undefined) return byDefault;
    const items = value.split(',').map((item) => item.trim());
    if (items.every(fits)) return [...new Set(items)];
    this.problems.push(`${name}: expected ${expected}`);
    return byDefault;
  }

  /** A URL that paths are appended to. */
  baseUrl(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (PLAIN.test(value) && URL.canParse(value) && isPercentEncoded(value) && isSafe(new URL(value))) {
      return value.replace(/\/+$/, '');
    }
    this.problems.push(
      `${name}: expected an https URL (http only on loopback), without credentials, query or fragment`,
    );
    return undefined;
  }
}
