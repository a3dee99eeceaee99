import type { RegisterOptions } from 'fastify';
import { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from 'google-bearer';
import { type BudgetSettings, type LookupBudgetOptions, readLookupBudget } from './lookup-budget/options.ts';
import type { GoogleBearerTypes, RequestPrincipal } from './principal.ts';
import { locateMetadata, type ResourceMetadata } from './resource-metadata.ts';

/** The options that are allowed with and without a `verifier`. */
export interface SharedOptions {
  /** The protection space in challenges (RFC 9110 §11.5): a short name of the API. Default: `api`. */
  readonly realm?: string;
  /**
   * The URL of this API as clients know it (RFC 9728 §1.2). If it is given, the plugin serves its metadata to everybody at
   * `/.well-known/oauth-protected-resource` (a path of the URL follows), and challenges name that URL. Default: none.
   */
  readonly resource?: string;
  /**
   * How many bad tokens one client (`request.ip`) may send. After that its unknown tokens get 429. False: no limit.
   * Default: `{ refused: 60, perMs: 60_000 }`, each instance for itself.
   */
  readonly lookupBudget?: LookupBudgetOptions | false;
}

/** The plugin makes a verifier, waits for it before the app is ready, and closes it with the app. */
export interface OwnVerifierOptions extends SharedOptions, Omit<TokenVerifierOptions, 'allowServiceAccounts'> {
  /** As for `createTokenVerifier`. To set it, declare it to the types too: {@link GoogleBearerTypes}. Default: false. */
  readonly allowServiceAccounts?: GoogleBearerTypes extends { serviceAccounts: true } ? boolean : false;
  readonly verifier?: never;
}

/** The plugin uses your verifier: pass it to revoke tokens through it, or to share it. You call its `ready` and `close`. */
export type SharedVerifierOptions = SharedOptions & { readonly verifier: TokenVerifier<RequestPrincipal> } & {
  readonly [K in keyof TokenVerifierOptions]?: never;
};

/** Either what `createTokenVerifier` takes, or a `verifier`; never both. */
export type GoogleBearerOptions = OwnVerifierOptions | SharedVerifierOptions;

/** The options, read. */
export interface Settings {
  readonly verifier: TokenVerifier<RequestPrincipal>;
  /** Whether the verifier was made here, and so ends here. */
  readonly ownsVerifier: boolean;
  readonly realm: string;
  readonly metadata: ResourceMetadata | undefined;
  /** Undefined for none. */
  readonly budget: BudgetSettings | undefined;
}

/**
 * Checks the options, and makes the verifier unless there is one.
 *
 * @throws {TypeError} naming the option that is wrong, unknown or one too many
 */
export function readOptions(options: GoogleBearerOptions & RegisterOptions): Settings {
  const realm = readRealm(options.realm);
  const metadata = options.resource === undefined ? undefined : locateMetadata(options.resource);
  const budget = readLookupBudget(options.lookupBudget);
  if (options.verifier === undefined) {
    const verifier = createTokenVerifier(withoutOwn(options));
    return { verifier, ownsVerifier: true, realm, metadata, budget };
  }
  const { verifier } = options;
  const methods = [verifier?.verify, verifier?.peek, verifier?.remembers, verifier?.onRevoked];
  if (methods.some((method) => typeof method !== 'function')) {
    throw new TypeError('fastify-google-bearer: verifier must be what createTokenVerifier returns');
  }
  const [stranger] = Object.keys(withoutOwn(options));
  if (stranger !== undefined)
    throw new TypeError(`fastify-google-bearer: ${stranger} cannot be given together with verifier`);
  return { verifier, ownsVerifier: false, realm, metadata, budget };
}

/** What is left for `createTokenVerifier`, which refuses what it does not know. */
function withoutOwn<O extends GoogleBearerOptions & RegisterOptions>(
  options: O,
): Omit<Omit<O, keyof SharedOptions | 'verifier'>, keyof RegisterOptions> {
  const { verifier: _v, realm: _r, resource: _u, lookupBudget: _b, ...others } = options;
  // Fastify's own, which come along with the options of every plugin.
  const { prefix: _p, logLevel: _l, logSerializers: _s, ...rest } = others;
  return rest;
}

function readRealm(realm: unknown = 'api'): string {
  if (typeof realm === 'string' && /^[\x20-\x7e]+$/.test(realm)) return realm;
  throw new TypeError('fastify-google-bearer: realm must be a non-empty string of printable ASCII');
}
