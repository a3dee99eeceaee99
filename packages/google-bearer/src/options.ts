import type { Dispatcher } from 'undici';
import { type Endpoints, type EndpointsOption, readEndpoints } from './endpoints.ts';
import type { SharedTokenCache } from './lookup/shared/contract.ts';
import type { RevocationLog } from './revocations/log.ts';

/** What `createTokenVerifier` takes. Times are in ms. */
export interface TokenVerifierOptions {
  /**
   * Your Google client id, or several. Only tokens meant for one of them pass: without this check a token of *any*
   * other application would pass (the confused deputy; RFC 9700 §2.3). Required. The type allows `undefined` only so
   * that you can pass `process.env.GOOGLE_CLIENT_ID` as it is; the verifier is not made without a value.
   */
  readonly audience: string | readonly string[] | undefined;
  /** The client ids that may present a token (`azp`). Default: {@link audience}. */
  readonly authorizedParties?: readonly string[];
  /**
   * Lets tokens without a user pass as a {@link ServicePrincipal}: service accounts and domain-wide delegation. Their
   * audience is a number, which {@link audience} has to name. Default: false.
   */
  readonly allowServiceAccounts?: boolean;
  /** How many good tokens are kept in memory. Default: 100 000. */
  readonly maxEntries?: number;
  /** How long Google's answer about a token is kept; never beyond the token's own expiry. Default: 300 000 (5 minutes). */
  readonly maxAgeMs?: number;
  /** The deadline of a lookup: waiting, both attempts and the pause between them. Default: 3 000. */
  readonly timeoutMs?: number;
  /**
   * How long past {@link maxAgeMs} the facts about a token may still be used while Google is down, if the token has neither
   * expired nor been revoked. Counted in `stats().lookups.graceUses`. Default: 0 (never).
   */
  readonly graceMs?: number;
  /**
   * Where revocations are kept. Default: the memory of this process. All its verifiers with the same endpoint share that
   * (Next.js loads a module twice, and so makes its verifier twice). It is lost with the last of them.
   */
  readonly revocationLog?: RevocationLog;
  /**
   * Where instances share Google's answers, so that all of them together look a token up once. Asked only about tokens
   * that this process's memory does not know. Default: none; then Google is asked.
   */
  readonly sharedCache?: SharedTokenCache;
  /**
   * How long an access token lives at most. Google does not say when it issued a token, so the verifier takes the token's
   * expiry minus this. That is never later than the truth: at worst, a token issued just after a sign-out is refused as well.
   * Tokens that live longer need a larger value (service accounts: up to 12 h); otherwise a sign-out misses them. At most
   * 30 days. Default: 3 600 000 (1 h, Google's maximum for users).
   */
  readonly tokenLifetimeMs?: number;
  /**
   * The promise: no token is accepted more than this after its revocation was acknowledged anywhere. An instance that
   * cannot confirm its view of the log within this time answers 503 `ERR_REVOCATIONS_STALE`. Default: 5 000.
   */
  readonly maxStalenessMs?: number;
  /** `accept` breaks that promise: tokens are then checked against an old view, and not refused. Default: `refuse`. */
  readonly onStale?: 'refuse' | 'accept';
  /**
   * Where Google is: one base URL with `/tokeninfo` and `/revoke` below it, or each URL by the name that google-auth-library
   * gives it. https (http only on loopback), without credentials, query or fragment. The type allows `undefined` so that you
   * can pass an environment variable as it is. Default: `https://oauth2.googleapis.com`.
   */
  readonly endpoints?: EndpointsOption | undefined;
  /**
   * Allows {@link endpoints} with plain http to another machine or container, such as `http://google:4400`. For development
   * only: anybody on the network path can read every token. Default: false.
   */
  readonly allowInsecureHttp?: boolean;
  /**
   * An undici `Dispatcher` that sends all requests to Google: for your own proxy, a client certificate, or a `MockAgent`
   * in tests. You have to close it. Default: one that honours `HTTPS_PROXY` and `NO_PROXY`, and uses no proxy for loopback
   * hosts.
   */
  readonly dispatcher?: Dispatcher;
}

/** Options, checked and with their defaults. */
export interface Settings extends Endpoints {
  readonly audience: ReadonlySet<string>;
  readonly authorizedParties: ReadonlySet<string>;
  readonly allowServiceAccounts: boolean;
  readonly maxEntries: number;
  readonly maxAgeMs: number;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly revocationLog: RevocationLog | undefined;
  readonly sharedCache: SharedTokenCache | undefined;
  readonly tokenLifetimeMs: number;
  readonly maxStalenessMs: number;
  readonly onStale: 'refuse' | 'accept';
  readonly dispatcher: Dispatcher | undefined;
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof TokenVerifierOptions>([
  'audience',
  'authorizedParties',
  'allowServiceAccounts',
  'maxEntries',
  'maxAgeMs',
  'timeoutMs',
  'graceMs',
  'revocationLog',
  'sharedCache',
  'tokenLifetimeMs',
  'maxStalenessMs',
  'onStale',
  'endpoints',
  'allowInsecureHttp',
  'dispatcher',
]);

/** 30 days: longer than any token lives, and short enough to add to the time of now. */
const MAX_TOKEN_LIFETIME_MS = 30 * 24 * 3_600_000;

/** Node keeps the delay of a timer in 32 bits; a longer one fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Checks everything once, so that no request has to.
 *
 * @throws {TypeError} that names every option that is wrong
 */
export function readOptions(options: TokenVerifierOptions): Settings {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('google-bearer: expected options, such as { audience: process.env.GOOGLE_CLIENT_ID }');
  }
  const problems: string[] = [];
  const { audience, authorizedParties, allowServiceAccounts = false, onStale = 'refuse' } = options;
  const { allowInsecureHttp = false } = options;
  const { revocationLog, sharedCache, dispatcher } = options;

  const strangers = Object.keys(options).filter((name) => !OPTION_NAMES.has(name));
  for (const name of strangers) problems.push(`${name}: there is no such option`);
  if (strangers.length > 0) problems.push(`the options are ${[...OPTION_NAMES].join(', ')}`);
  const clients = typeof audience === 'string' ? [audience] : audience;
  if (!isClientIds(clients)) {
    problems.push(
      `audience: your Google client id, or a list of them; without it any application could send its tokens${audienceHint(audience)}`,
    );
  }
  if (authorizedParties !== undefined && !isClientIds(authorizedParties)) {
    problems.push('authorizedParties: a list of one or more client ids');
  }
  if (typeof allowServiceAccounts !== 'boolean') problems.push('allowServiceAccounts: true or false');
  if (onStale !== 'refuse' && onStale !== 'accept') problems.push("onStale: 'refuse' or 'accept'");
  if (revocationLog !== undefined && !isRevocationLog(revocationLog)) {
    problems.push('revocationLog: an object with append and follow');
  }
  if (sharedCache !== undefined && typeof sharedCache?.slot !== 'function') {
    problems.push('sharedCache: an object with slot');
  }
  if (dispatcher !== undefined && typeof dispatcher?.request !== 'function') {
    problems.push('dispatcher: an undici Dispatcher, such as a ProxyAgent');
  }
  if (typeof allowInsecureHttp !== 'boolean') problems.push('allowInsecureHttp: true or false');
  const endpoints = readEndpoints(options.endpoints, allowInsecureHttp === true);
  if (typeof endpoints === 'string') problems.push(`endpoints: ${endpoints}`);
  const number = (name: NumberOption, byDefault: number, least: number, most: number): number => {
    const value = options[name] ?? byDefault;
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      problems.push(`${name}: a whole number from ${least} to ${most}`);
    }
    return value;
  };
  const maxEntries = number('maxEntries', 100_000, 1, 2 ** 24);
  const maxAgeMs = number('maxAgeMs', 300_000, 0, Number.MAX_SAFE_INTEGER);
  const timeoutMs = number('timeoutMs', 3_000, 1, MAX_TIMER_MS);
  const graceMs = number('graceMs', 0, 0, Number.MAX_SAFE_INTEGER);
  const tokenLifetimeMs = number('tokenLifetimeMs', 3_600_000, 1000, MAX_TOKEN_LIFETIME_MS);
  const maxStalenessMs = number('maxStalenessMs', 5_000, 1, Number.MAX_SAFE_INTEGER);

  if (problems.length > 0 || typeof endpoints === 'string')
    throw new TypeError(`google-bearer: ${problems.join('; ')}`);
  const audienceSet = new Set(clients);
  return {
    audience: audienceSet,
    authorizedParties: authorizedParties ? new Set(authorizedParties) : audienceSet,
    allowServiceAccounts,
    maxEntries,
    maxAgeMs,
    timeoutMs,
    graceMs,
    revocationLog,
    sharedCache,
    tokenLifetimeMs,
    maxStalenessMs,
    onStale,
    dispatcher,
    ...endpoints,
  };
}

type NumberOption = 'maxEntries' | 'maxAgeMs' | 'timeoutMs' | 'graceMs' | 'tokenLifetimeMs' | 'maxStalenessMs';

function isRevocationLog(log: RevocationLog | null): boolean {
  return typeof log?.append === 'function' && typeof log.follow === 'function';
}

/** What is most likely wrong. No text is quoted: it may be a secret. */
function audienceHint(audience: unknown): string {
  if (audience === undefined || audience === '') return ' (is GOOGLE_CLIENT_ID set where the API runs?)';
  const ids: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  const hint = ids.map(whyNoClientId).find((text) => text !== undefined && text !== '');
  return hint === undefined ? '' : ` (${hint})`;
}

function isClientIds(ids: unknown): ids is readonly string[] {
  return Array.isArray(ids) && ids.length > 0 && ids.every((id) => whyNoClientId(id) === undefined);
}

/**
 * Refuses what matches no token: a list that was not split, or quotes that Docker has passed on. A secret would even be logged, as the
 * audience that was expected.
 *
 * @returns why it is no client id, undefined when it may be one
 */
function whyNoClientId(id: unknown): string | undefined {
  if (typeof id !== 'string' || id === '') return '';
  if (id.includes('GOCSPX-')) return 'this is the client secret; the client id ends in .apps.googleusercontent.com';
  if (/["'`]/.test(id)) return 'there are quotes in it: remove them where GOOGLE_CLIENT_ID is set';
  if (/[\s,]/.test(id)) return 'it has a comma or a blank in it: for several ids give an array, without blanks';
  return undefined;
}
