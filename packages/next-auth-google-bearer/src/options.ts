import { type PlainHttpOption, secureBaseUrl, urlBelow } from './base-url.ts';
import { checkAll, OptionsError } from './options-error.ts';

/** The application as it is registered at Google. */
export interface ClientOptions extends PlainHttpOption {
  /**
   * The OAuth client id. Required: only the type allows `undefined`, so that you can pass an environment variable as it is.
   */
  readonly clientId: string | undefined;
  /** The OAuth client secret. Required, see {@link ClientOptions.clientId}. */
  readonly clientSecret: string | undefined;
  /** Base URL of a Google emulator. Default: Google itself. */
  readonly endpoints?: string | undefined;
}

/** What the provider asks Google for. */
export interface ProviderOptions extends ClientOptions {
  /** Scopes to ask for at every sign-in, besides `openid`, `email` and `profile`. Default: none. */
  readonly scopes?: readonly string[] | undefined;
}

/** Where users are stored. */
export interface ApiOptions extends PlainHttpOption {
  /**
   * Base URL of the API that stores the users. Required, see {@link ClientOptions.clientId}; with `storeUser: false` it may be undefined.
   */
  readonly apiUrl: string | undefined;
  /**
   * Path below `apiUrl` that gets the user at sign-in, by POST. `false`: none; then everybody with a Google account may sign in.
   * Default: `/api/user`.
   */
  readonly storeUser?: string | false | undefined;
}

/** What the `signIn` callback takes. With `clientId` and `clientSecret` it can renew the access token of a sign-in. */
export interface SignInOptions extends ApiOptions, Partial<ClientOptions> {}

/** When the access token is renewed. */
export interface RefreshOptions extends ClientOptions {
  /**
   * How long before it expires an access token is renewed, in ms. Default: 600 000 (10 minutes). If a renewed token does not
   * live that long, it is renewed after three quarters of its life.
   */
  readonly refreshBeforeMs?: number | undefined;
}

/** The client's credentials and Google's endpoints, checked. */
export interface GoogleClient {
  readonly id: string;
  readonly secret: string;
  readonly wellKnown: string;
  readonly issuer: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
}

const TEN_MINUTES_MS = 600_000;

/** @throws {TypeError} naming the option that is wrong */
export function readClient(options: ClientOptions): GoogleClient {
  const { clientId, clientSecret, endpoints } = options;
  checkAll(
    () => readText('clientId', clientId, 'GOOGLE_CLIENT_ID'),
    () => readText('clientSecret', clientSecret, 'GOOGLE_CLIENT_SECRET'),
  );
  if (endpoints === '') {
    throw new OptionsError(
      'endpoints: is empty; leave it out to use Google itself (is GOOGLE_EMULATOR_URL set to nothing?)',
    );
  }
  const base = endpoints === undefined ? undefined : secureBaseUrl('endpoints', endpoints, options);
  const issuer = base ?? 'https://accounts.google.com';
  return Object.freeze({
    id: readText('clientId', clientId, 'GOOGLE_CLIENT_ID'),
    secret: readText('clientSecret', clientSecret, 'GOOGLE_CLIENT_SECRET'),
    issuer,
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    tokenUrl: `${base ?? 'https://oauth2.googleapis.com'}/token`,
    revokeUrl: `${base ?? 'https://oauth2.googleapis.com'}/revoke`,
  });
}

/**
 * The same where both may be left out; undefined when they are.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function readClientIfGiven(options: Partial<ClientOptions>): GoogleClient | undefined {
  const { clientId, clientSecret } = options;
  return 'clientId' in options || 'clientSecret' in options
    ? readClient({ ...options, clientId, clientSecret })
    : undefined;
}

/**
 * Where users are stored; undefined: nowhere.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function readStoreUrl(options: ApiOptions): string | undefined {
  const { apiUrl, storeUser = '/api/user' } = options;
  if (apiUrl === undefined && storeUser !== false) {
    throw new OptionsError("apiUrl: required; the base URL of your API (is API_URL set where the page's server runs?)");
  }
  const base = storeUser === false && apiUrl === undefined ? '' : secureBaseUrl('apiUrl', apiUrl, options);
  if (storeUser === false) return undefined;
  const url = typeof storeUser === 'string' && !/[?#]/.test(storeUser) ? urlBelow(base, storeUser) : undefined;
  if (url !== undefined) return url;
  throw new OptionsError('storeUser: expected a path below apiUrl that begins with a slash, or false');
}

/** @throws {TypeError} naming the option */
export function readRefreshBeforeMs(value: number | undefined): number {
  if (value === undefined) return TEN_MINUTES_MS;
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new OptionsError('refreshBeforeMs: expected a whole number of milliseconds, not below 0');
}

/**
 * @param variable the environment variable that the README's code uses, for developers who have pasted that code
 * @throws {TypeError} naming the option, and never quoting its value: it may be the secret
 */
function readText(option: 'clientId' | 'clientSecret', value: string | undefined, variable: string): string {
  if (typeof value !== 'string' || !/^\S+$/.test(value)) {
    throw new OptionsError(
      `${option}: required; a text without blanks, as Google's console shows it (is ${variable} set where the page's server runs?)`,
    );
  }
  // Docker's env files keep quotes. Google would answer invalid_client, and never say why.
  if (/["'`]/.test(value)) {
    throw new OptionsError(`${option}: there are quotes in it; remove them where ${variable} is set`);
  }
  // The client id goes to the browser in a URL.
  if (option === 'clientId' && value.startsWith('GOCSPX-')) {
    throw new OptionsError(
      'clientId: this is the client secret; the client id ends in .apps.googleusercontent.com (are GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET swapped?)',
    );
  }
  return value;
}
