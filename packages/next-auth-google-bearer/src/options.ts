import { secureBaseUrl } from './secure-url.ts';

/** The application as it is registered at Google. */
export interface ClientOptions {
  /**
   * The OAuth client id. Required: `undefined` is allowed in the type alone, so that an environment variable can be
   * given as it is.
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

/** Where users are kept. */
export interface ApiOptions {
  /** Base URL of the API whose `POST /api/user` is called at sign-in. Required, see {@link ClientOptions.clientId}. */
  readonly apiUrl: string | undefined;
}

/** When the access token is renewed. */
export interface RefreshOptions extends ClientOptions {
  /**
   * How long before its expiry an access token is renewed, in ms. Default: 600 000 (10 minutes). A renewed token that
   * does not live that long is renewed when three quarters of its life are over.
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
export function readClient({ clientId, clientSecret, endpoints }: ClientOptions): GoogleClient {
  const base = endpoints === undefined ? undefined : secureBaseUrl('endpoints', endpoints);
  const issuer = base ?? 'https://accounts.google.com';
  return Object.freeze({
    id: readText('clientId', clientId),
    secret: readText('clientSecret', clientSecret),
    issuer,
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    tokenUrl: `${base ?? 'https://oauth2.googleapis.com'}/token`,
    revokeUrl: `${base ?? 'https://oauth2.googleapis.com'}/revoke`,
  });
}

/** @throws {TypeError} naming the option */
export function readRefreshBeforeMs(value: number | undefined): number {
  if (value === undefined) return TEN_MINUTES_MS;
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError('refreshBeforeMs: expected a whole number of milliseconds, not below 0');
}

/** @throws {TypeError} naming the option */
export function readScopes(value: readonly string[] | undefined): readonly string[] {
  const scopes = value ?? [];
  // RFC 6749 §3.3. A blank inside would silently ask for two.
  if (Array.isArray(scopes) && scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) return [...scopes];
  throw new TypeError('scopes: expected a list of scopes without blanks');
}

function readText(option: string, value: string | undefined): string {
  if (typeof value === 'string' && /^\S+$/.test(value)) return value;
  throw new TypeError(`${option}: required; a text without blanks, as Google's console shows it`);
}
