import { createServer, type Server } from 'node:http';
import { type CallLog, createCallLog } from './calls.ts';
import { nothingElse, optional, record, text, wholeNumber } from './checks.ts';
import { type Client, type ClientOptions, Clients } from './clients.ts';
import { type Clock, createClock } from './clock.ts';
import { Codes } from './codes.ts';
import { createFaults, type Faults } from './faults.ts';
import { Grants } from './grants.ts';
import { isLoopback } from './http/loopback.ts';
import { createRouteTable } from './http/route.ts';
import { createListener, type Routes } from './http/server.ts';
import { createSigningKeys } from './keys.ts';
import { LONGEST_LIFETIME_S, type MintTokenOptions, mintToken } from './minting.ts';
import { People, type User, type UserOptions } from './people.ts';
import { controlRoutes } from './routes/control.ts';
import { googleRoutes } from './routes/google.ts';
import { homeRoutes } from './routes/home.ts';
import { Sessions } from './sessions.ts';
import type { State } from './state.ts';
import { Tokens } from './tokens.ts';

/** How the emulator starts; everything is optional. */
export interface GoogleEmulatorOptions {
  /** The accounts that can sign in. Default: Ada, Grace (Workspace) and Una (e-mail not verified). */
  readonly users?: readonly UserOptions[];
  /**
   * The registered clients. Default: `emulator-client.apps.googleusercontent.com` with the secret
   * `GOCSPX-emulator-secret` and NextAuth's redirect URI on localhost:3000 and 127.0.0.1:3000.
   */
  readonly clients?: readonly ClientOptions[];
  /** How long access tokens live, in seconds, 1 to 86400. Default: 3600, as Google's. */
  readonly tokenLifetimeS?: number;
  /** Port to listen on. Default: 0, any free one. */
  readonly port?: number;
  /** `127.0.0.1` (default), `localhost` or `::1`: the emulator never listens on any other interface. */
  readonly host?: string;
}

/** A running emulator. */
export interface GoogleEmulator extends AsyncDisposable {
  /** Base of every endpoint and issuer of the ID tokens, for example `http://127.0.0.1:4400`. */
  readonly url: string;
  /** The accounts that exist, including those that were typed in at the chooser. */
  readonly users: readonly User[];
  readonly clients: readonly Client[];
  /**
   * Makes an opaque access token (`ya29.…`) without a browser.
   *
   * @throws TypeError that names the option when a user or client is unknown or a value does not fit
   */
  mintToken(options?: MintTokenOptions): string;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly calls: CallLog;
  /** Stops listening and drops every connection, also those that a fault holds. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts a local Google: sign-in pages, OAuth and OpenID Connect endpoints, tokeninfo, revoke, userinfo, calendar.
 *
 * @throws TypeError that names the option when one does not fit
 * @throws Error with Node's code (such as `EADDRINUSE`) when it cannot listen
 */
export async function startGoogleEmulator(options: GoogleEmulatorOptions = {}): Promise<GoogleEmulator> {
  const { users, clients, tokenLifetimeS, port, host, ...rest } = record('options', options);
  nothingElse('options', rest);
  const people = new People(users);
  const knownClients = new Clients(clients);
  const lifetimeS = optional('tokenLifetimeS', tokenLifetimeS, (n, v) => wholeNumber(n, v, 1, LONGEST_LIFETIME_S));
  const wantedPort = optional('port', port, (n, v) => wholeNumber(n, v, 0, 65_535)) ?? 0;
  const address = optional('host', host, readHost) ?? '127.0.0.1';
  const routes: Routes = {
    google: createRouteTable(googleRoutes),
    house: createRouteTable([...homeRoutes, ...controlRoutes]),
  };
  const clock = createClock();
  const keys = await createSigningKeys();
  const server = createServer();
  const state: State = {
    url: await listen(server, address, wantedPort),
    tokenLifetimeS: lifetimeS ?? 3600,
    clock,
    people,
    clients: knownClients,
    grants: new Grants(),
    tokens: new Tokens(clock),
    codes: new Codes(clock),
    sessions: new Sessions(clock),
    keys,
    calls: createCallLog(),
    faults: createFaults(new Set(routes.google.keys())),
  };
  const closing = new AbortController();
  server.on('request', createListener(state, routes, closing.signal));
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= stop(server, closing);
    return closed;
  };
  return {
    url: state.url,
    users: people.all,
    clients: knownClients.all,
    mintToken: (wanted) => mintToken(state, wanted).value,
    faults: state.faults.control,
    clock,
    calls: state.calls.log,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function readHost(name: string, value: unknown): string {
  const host = text(name, value);
  if (!isLoopback(host)) throw new TypeError(`${name} must be 127.0.0.1, localhost or ::1`);
  return host;
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      const actualPort = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`);
    });
  });
}

function stop(server: Server, closing: AbortController): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    closing.abort();
    server.closeAllConnections();
  });
}
