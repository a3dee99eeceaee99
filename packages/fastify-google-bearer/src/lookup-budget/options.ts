/**
 * The used part of a client of the `redis` package (node-redis). You connect it, listen for its errors, and close it.
 */
export interface BudgetRedis {
  readonly isReady: boolean;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  multi(): unknown;
}

/** How many bad tokens one client may send before its unknown tokens get 429. */
export interface LookupBudgetOptions {
  /** How many refused tokens in `perMs`; whole, at least 1. Default: 60. */
  readonly refused?: number;
  /** How long a refused token counts, in milliseconds; Redis rounds it up to seconds. Default: 60 000. */
  readonly perMs?: number;
  /** Instances with the same Redis count together. Default: each counts for itself. */
  readonly redis?: BudgetRedis;
  /** The first part of every key in Redis: letters, digits, `.`, `_`, `-` and `:`; at most 64. Default: `google-bearer`. */
  readonly prefix?: string;
}

/** The options, read. */
export interface BudgetSettings {
  readonly refused: number;
  readonly perMs: number;
  readonly redis: BudgetRedis | undefined;
  readonly prefix: string;
}

/** Node keeps delays in 31 bits. */
const MAX_PER_MS = 2 ** 31 - 1;

/**
 * @param value as given; it may come from JavaScript
 * @returns undefined when there is to be no budget
 * @throws {TypeError} naming what is wrong
 */
export function readLookupBudget(value: unknown = {}): BudgetSettings | undefined {
  if (value === false) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('fastify-google-bearer: lookupBudget must be false or { refused, perMs, redis, prefix }');
  }
  const {
    refused = 60,
    perMs = 60_000,
    redis,
    prefix = 'google-bearer',
    ...unknown
  }: Record<string, unknown> = { ...value };
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined)
    throw new TypeError(`fastify-google-bearer: lookupBudget has an unknown key '${stranger}'`);
  // Braces would change which part of a key decides its place in a cluster.
  if (typeof prefix !== 'string' || !/^[\w.:-]{1,64}$/.test(prefix)) {
    throw new TypeError(
      'fastify-google-bearer: lookupBudget.prefix must be 1 to 64 letters, digits, dots, colons, underscores or hyphens',
    );
  }
  if (redis !== undefined && !isNodeRedis(redis)) {
    throw new TypeError('fastify-google-bearer: lookupBudget.redis must be a client of the redis package');
  }
  return Object.freeze({
    refused: readWhole(refused, 'refused', Number.MAX_SAFE_INTEGER),
    perMs: readWhole(perMs, 'perMs', MAX_PER_MS),
    redis,
    prefix,
  });
}

function readWhole(value: unknown, name: string, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new TypeError(`fastify-google-bearer: lookupBudget.${name} must be a whole number from 1 to ${max}`);
}

function isNodeRedis(value: unknown): value is BudgetRedis {
  if (typeof value !== 'object' || value === null) return false;
  const { isReady, eval: run, multi }: Partial<Record<keyof BudgetRedis, unknown>> = value;
  return typeof isReady === 'boolean' && typeof run === 'function' && typeof multi === 'function';
}
