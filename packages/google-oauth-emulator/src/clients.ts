import { flag, list, nothingElse, optional, record, text } from './checks.ts';

/** An OAuth client ("web application") registered with the emulator. */
export interface ClientOptions {
  readonly id: string;
  readonly secret: string;
  /** Compared character by character with what the app sends, as Google does. */
  readonly redirectUris: readonly string[];
  /**
   * The cloud project that owns the client. Clients of one project share the user's grant: consent given to one counts
   * for all, and revoking a token of one ends the tokens of all. Default: one project for every client.
   */
  readonly project?: string;
  /**
   * Hand out a new refresh token on each refresh and refuse the old one from then on. Google does not do this; it is
   * here to test clients that must cope with it. Default: false.
   */
  readonly rotateRefreshTokens?: boolean;
}

/** A client with every default filled in. */
export type Client = Required<ClientOptions>;

const DEFAULT_CLIENTS: readonly ClientOptions[] = [
  {
    id: 'emulator-client.apps.googleusercontent.com',
    secret: 'GOCSPX-emulator-secret',
    redirectUris: ['http://localhost:3000/api/auth/callback/google', 'http://127.0.0.1:3000/api/auth/callback/google'],
  },
];

function readClient(name: string, value: unknown): Client {
  const { id, secret, redirectUris, project, rotateRefreshTokens, ...rest } = record(name, value);
  nothingElse(name, rest);
  return {
    id: text(`${name}.id`, id),
    secret: text(`${name}.secret`, secret),
    redirectUris: list(`${name}.redirectUris`, redirectUris).map((uri, index) =>
      readRedirectUri(`${name}.redirectUris[${index}]`, uri),
    ),
    project: optional(`${name}.project`, project, text) ?? 'emulator-project',
    rotateRefreshTokens: optional(`${name}.rotateRefreshTokens`, rotateRefreshTokens, flag) ?? false,
  };
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
