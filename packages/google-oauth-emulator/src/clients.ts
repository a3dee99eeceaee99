import { flag, list, nothingElse, oneOf, optional, record, text } from './checks.ts';

interface CommonClientOptions {
  readonly id: string;
  /**
   * The cloud project that owns the client. Clients of one project share the user's grant: consent given to one counts
   * for all, and revoking a token of one ends the tokens of all. Default: one project for every client.
   */
  readonly project?: string;
  /**
   * Gives out a new refresh token on each refresh, and refuses the old one from then on. Google does not do this. Use it to
   * test clients that must handle it. Default: false.
   */
  readonly rotateRefreshTokens?: boolean;
}

/** A client with its own server, which can keep a secret. */
export interface WebClientOptions extends CommonClientOptions {
  /** Default: `web`. */
  readonly type?: 'web';
  readonly secret: string;
  /** Compared character by character with what the app sends, as Google does. */
  readonly redirectUris: readonly string[];
  /**
   * Pages that may open the sign-in as a popup (`redirect_uri=postmessage`) and get its answer. Default: the origins of
   * the redirect URIs.
   */
  readonly javascriptOrigins?: readonly string[];
}

/**
 * A program on the user's machine, which cannot keep a secret (RFC 8252). Its redirect URI may have any port and path of
 * `http://127.0.0.1`, `http://[::1]` or `http://localhost`. Without its secret it must use PKCE.
 */
export interface DesktopClientOptions extends CommonClientOptions {
  readonly type: 'desktop';
  /** Google gives such clients a secret too. If there is one, a wrong one is refused. Default: none. */
  readonly secret?: string;
  /** Further redirect URIs, such as the program's own URI scheme. Default: none. */
  readonly redirectUris?: readonly string[];
}

/** An OAuth client that is registered with the emulator. */
export type ClientOptions = WebClientOptions | DesktopClientOptions;

/** A client with every default filled in. */
export interface Client {
  readonly id: string;
  readonly type: 'web' | 'desktop';
  /** Always there for web clients. */
  readonly secret: string | undefined;
  readonly redirectUris: readonly string[];
  /** Empty for desktop clients. */
  readonly javascriptOrigins: readonly string[];
  readonly project: string;
  readonly rotateRefreshTokens: boolean;
}

/** Google uses this word instead of a redirect URI when a popup gives the answer to the page that opened it. */
export const POPUP = 'postmessage';

const TYPES = ['web', 'desktop'] as const;

const DEFAULT_CLIENTS: readonly ClientOptions[] = [
  {
    id: 'emulator-client.apps.googleusercontent.com',
    secret: 'GOCSPX-emulator-secret',
    redirectUris: ['http://localhost:3000/api/auth/callback/google', 'http://127.0.0.1:3000/api/auth/callback/google'],
  },
];

function readClient(name: string, value: unknown): Client {
  const { id, type, secret, redirectUris, javascriptOrigins, project, rotateRefreshTokens, ...rest } = record(
    name,
    value,
  );
  nothingElse(name, rest);
  const chosenType = optional(`${name}.type`, type, (n, v) => oneOf(n, v, TYPES)) ?? 'web';
  const desktop = chosenType === 'desktop';
  if (desktop && javascriptOrigins !== undefined) {
    throw new TypeError(`${name}.javascriptOrigins is for web clients`);
  }
  const uris = list(`${name}.redirectUris`, desktop ? (redirectUris ?? []) : redirectUris).map((uri, index) =>
    readRedirectUri(`${name}.redirectUris[${index}]`, uri),
  );
  const origins = optional(`${name}.javascriptOrigins`, javascriptOrigins, list)?.map((origin, index) =>
    readOrigin(`${name}.javascriptOrigins[${index}]`, origin),
  );
  return {
    id: text(`${name}.id`, id),
    type: chosenType,
    secret: desktop ? optional(`${name}.secret`, secret, text) : text(`${name}.secret`, secret),
    redirectUris: uris,
    javascriptOrigins: origins ?? (desktop ? [] : originsOf(uris)),
    project: optional(`${name}.project`, project, text) ?? 'emulator-project',
    rotateRefreshTokens: optional(`${name}.rotateRefreshTokens`, rotateRefreshTokens, flag) ?? false,
  };
}

function readOrigin(name: string, value: unknown): string {
  const origin = text(name, value);
  if (!/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin) {
    throw new TypeError(`${name} must be an origin such as http://localhost:3000`);
  }
  return origin;
}

function originsOf(uris: readonly string[]): string[] {
  return [...new Set(uris.filter((uri) => /^https?:/i.test(uri)).map((uri) => new URL(uri).origin))];
}

/** Whether the answer to an authorization request of this client may go to this URI. */
export function allowsRedirectUri(client: Client, uri: string): boolean {
  if (client.redirectUris.includes(uri)) return true;
  return client.type === 'desktop' ? isLoopbackRedirect(uri) : uri === POPUP && client.javascriptOrigins.length > 0;
}

/**
 * RFC 8252, section 7.3, with `localhost`, which Google accepts too. It checks the text itself, not what a parser makes
 * of it. So it refuses another spelling of the address, a user name before an `@`, and a backslash.
 */
function isLoopbackRedirect(uri: string): boolean {
  return (
    /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d{1,5})?([/?][\x21\x23-\x5b\x5d-\x7e]*)?$/.test(uri) &&
    !uri.includes('#') &&
    URL.canParse(uri)
  );
}

function readRedirectUri(name: string, value: unknown): string {
  const uri = text(name, value);
  // RFC 6749, section 3.1.2: absolute, and without a fragment.
  if (!URL.canParse(uri) || uri.includes('#'))
    throw new TypeError(`${name} must be an absolute URL without a fragment`);
  if (/^(javascript|data|vbscript):/i.test(uri)) throw new TypeError(`${name} must not be a script`);
  return uri;
}

/** The registered clients. */
export class Clients {
  readonly #clients = new Map<string, Client>();
  readonly first: Client;

  constructor(options: unknown) {
    list('clients', options ?? DEFAULT_CLIENTS).forEach((option, index) => {
      const client = readClient(`clients[${index}]`, option);
      if (this.#clients.has(client.id)) throw new TypeError(`clients[${index}].id is taken by another client`);
      this.#clients.set(client.id, client);
    });
    const [first] = this.#clients.values();
    if (first === undefined) throw new TypeError('clients must name at least one client');
    this.first = first;
  }

  get all(): readonly Client[] {
    return [...this.#clients.values()];
  }

  find(id: string): Client | undefined {
    return this.#clients.get(id);
  }
}
