import type { Session } from 'next-auth';
import type { Test } from 'tap';
import { AccessTokens, type HeldToken } from '../../src/react/calls/access-tokens.ts';
import { type ApiFetch, apiFetch } from '../../src/react/calls/api-fetch.ts';
import { keepFresh } from '../../src/react/session/keep-fresh.ts';
import { SessionReader } from '../../src/react/session/session-reader.ts';
import { type KnownSession, SessionStore } from '../../src/react/session/session-store.ts';
import { listen } from './server.ts';

/** NextAuth's session routes, and an API, as far as a page sees them. */
export interface Site {
  readonly url: string;
  readonly requests: string[];
  /** What the session is; `down`: nobody answers; `broken`: with an error page. */
  session: Record<string, unknown> | 'down' | 'broken';
  /** What the session is after a renewal; undefined: a new token each time. */
  renewed: Record<string, unknown> | undefined;
  /** The access tokens that the API accepts. */
  readonly good: Set<string>;
  /** The access tokens that the API was sent. */
  readonly bearers: string[];
  /** How often the session was renewed. */
  renewals(): number;
  /** Holds the next answer to a reading (GET) or an update (POST) of the session as it is then, or of the API, until it is released. */
  hold(method: 'GET' | 'POST' | 'API'): void;
  /** Resolves once an answer is held. */
  held(): Promise<void>;
  release(): void;
}

export const expires: string = new Date(Date.now() + 86_400_000).toISOString();

export interface ShownSession extends Record<string, unknown> {
  readonly expires: string;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: number;
  readonly accessTokenRefreshAt: number;
}

export function sessionWith(accessToken: string, lifeMs = 3_600_000): ShownSession {
  const accessTokenExpiresAt = Date.now() + lifeMs;
  return { expires, accessToken, accessTokenExpiresAt, accessTokenRefreshAt: accessTokenExpiresAt - lifeMs / 4 };
}

export async function startSite(t: Test): Promise<Site> {
  const url = await listen(t, async (request, response) => {
    const asked = `${request.method} ${request.url}`;
    site.requests.push(asked);
    if (request.url?.startsWith('/api/user')) {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      site.bearers.push(token);
      if (holding === 'API') return void arrived.resolve();
      return void response.writeHead(site.good.has(token) ? 200 : 401).end();
    }
    if (request.url?.startsWith('/api/moved')) return void response.writeHead(307, { location: '/auth/session' }).end();
    if (request.url === '/auth/csrf') return void response.end('{"csrfToken":"csrf"}');
    if (site.session === 'down') return void request.socket.destroy();
    if (site.session === 'broken') return void response.writeHead(500).end('<html>');
    if (request.method === 'POST') site.session = site.renewed ?? sessionWith(`renewed-${site.renewals()}`);
    const body = JSON.stringify(site.session);
    if (request.method === holding) {
      holding = undefined;
      arrived.resolve();
      await released.promise;
    }
    response.end(body);
  });
  let holding: string | undefined;
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const site: Site = {
    url,
    requests: [],
    session: {},
    renewed: undefined,
    good: new Set(),
    bearers: [],
    renewals: () => site.requests.filter((request) => request === 'POST /auth/session').length,
    hold: (method) => {
      holding = method;
    },
    held: () => arrived.promise,
    release: () => released.resolve(),
  };
  return site;
}

/** What a page does with its session, all in one. */
export class SessionKeeper {
  readonly #store: SessionStore;
  readonly #reader: SessionReader;
  readonly tokens: AccessTokens;

  constructor(basePath: string, session: KnownSession) {
    this.#store = new SessionStore(session);
    this.#reader = new SessionReader(basePath, this.#store);
    this.tokens = new AccessTokens(this.#store, this.#reader);
  }

  start = (refetchIntervalS: number): (() => void) => keepFresh(this.#store, this.#reader, refetchIntervalS);
  session = (): KnownSession => this.#store.session();
  subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);
  get refetch(): () => Promise<void> {
    return this.#reader.refetch;
  }
  restart = (): Promise<void> => this.#reader.restart();
  update = (data: unknown): Promise<Session | null> => this.#reader.update(data);
  token = (): Promise<HeldToken> => this.tokens.current();
  tokenInsteadOf = (held: HeldToken): Promise<HeldToken | undefined> => this.tokens.insteadOf(held);
}

/** A page's session, kept until the test is over. */
export function keep(t: Test, site: Site, session: KnownSession): SessionKeeper {
  const keeper = new SessionKeeper(`${site.url}/auth`, session);
  t.teardown(keeper.start(0));
  return keeper;
}

/** `fetch` for the site's API. */
export function callsOf(site: Site, keeper: SessionKeeper): ApiFetch {
  return apiFetch(`${site.url}/api`, keeper.tokens);
}

/** Resolves with the session once it fits. */
export function until(keeper: SessionKeeper, fits: (session: KnownSession) => boolean): Promise<KnownSession> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!fits(keeper.session())) return;
      stop();
      resolve(keeper.session());
    };
    const stop = keeper.subscribe(look);
    look();
  });
}
