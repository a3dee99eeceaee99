import { createServer, type Server } from 'node:http';
import { type CallLog, createCallLog } from './calls.ts';
import { list, nothingElse, optional, record, text, wholeNumber } from './checks.ts';
import { type Client, type ClientOptions, Clients } from './clients.ts';
import { type Clock, createClock } from './clock.ts';
import { Codes } from './codes.ts';
import { createFaults, type Faults } from './faults.ts';
import { Grants } from './grants.ts';
import { isLoopback } from './http/own-hosts.ts';
import { createRouteTable } from './http/route.ts';
import type { ServedRequest } from './http/served-request.ts';
import { createListener, type Routes } from './http/server.ts';
import { giveBack, takeSigningKeys } from './keys.ts';
import { LONGEST_LIFETIME_S, type MintTokenOptions, mintToken } from './minting.ts';
import { People, type User, type UserOptions } from './people.ts';
import { controlRoutes } from './routes/control/index.ts';
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
  /**
   * Address to listen on: `127.0.0.1` (default), `localhost` or `::1`; any other, such as `0.0.0.0`, only together with
   * `allowHosts`.
   */
  readonly host?: string;
  /**
   * Names by which other machines or containers reach the emulator, such as `['google']` for a service of that name in
   * a compose file. The first one is the host of `url`, and so of the issuer. For development only: whoever reaches the port
   * can mint tokens. Default: none, loopback only.
   */
  readonly allowHosts?: readonly string[];
  /**
   * Called when a request is over, for a log. Called for every request, also for those to the console. Default: none.
   */
  readonly onRequest?: (request: ServedRequest) => void;
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
  /** Stops listening and closes every connection, also those that a fault holds. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts a local Google: sign-in pages, OAuth and OpenID Connect endpoints, tokeninfo, revoke, userinfo, calendar.
 *
 * @throws TypeError that names the option when one does not fit
 * @throws Error with Node's code (such as `EADDRINUSE`) when it cannot listen
 */
export async function startGoogleEmulator(options: GoogleEmulatorOptions = {}): Promise<GoogleEmulator> {
  const { users, clients, tokenLifetimeS, port, host, allowHosts, onRequest, ...rest } = record('options', options);
  nothingElse('options', rest);
  const people = new People(users);
  const knownClients = new Clients(clients);
  const lifetimeS = optional('tokenLifetimeS', tokenLifetimeS, (n, v) => wholeNumber(n, v, 1, LONGEST_LIFETIME_S));
  const wantedPort = optional('port', port, (n, v) => wholeNumber(n, v, 0, 65_535)) ?? 0;
  const names = optional('allowHosts', allowHosts, readHostNames) ?? [];
  const address = readHost(host ?? '127.0.0.1', names);
  const listener = options.onRequest;
  if (onRequest !== undefined && typeof onRequest !== 'function') throw new TypeError('onRequest must be a function');
  const routes: Routes = {
    google: createRouteTable(googleRoutes),
    house: createRouteTable([...homeRoutes, ...controlRoutes]),
  };
  const clock = createClock();
  const server = createServer();
  const boundPort = await listen(server, address, wantedPort);
  const state: State = {
    url: `http://${names[0] ?? (address.includes(':') ? `[${address}]` : address)}:${boundPort}`,
    allowHosts: names,
    tokenLifetimeS: lifetimeS ?? 3600,
    clock,
    people,
    clients: knownClients,
    grants: new Grants(),
    tokens: new Tokens(clock),
    codes: new Codes(clock),
    sessions: new Sessions(clock),
    keys: takeSigningKeys(),
    calls: createCallLog(),
    faults: createFaults(new Set(routes.google.keys())),
  };
  server.on('request', createListener(state, routes, listener ?? (() => undefined)));
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= stop(server).then(() => giveBack(state.keys));
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

function readHost(value: unknown, allowHosts: readonly string[]): string {
  const host = text('host', value);
  if (isLoopback(host) || allowHosts.length > 0) return host;
  throw new TypeError(
    'host must be 127.0.0.1, localhost or ::1, unless allowHosts (--allow-host) names the hosts by which others reach it',
  );
}

/** Names without a port, or IP addresses. No wildcard: it would let a foreign page in by DNS rebinding. */
function readHostNames(name: string, value: unknown): readonly string[] {
  return list(name, value).map((item, index) => {
    const host = text(`${name}[${index}]`, item).toLowerCase();
    if (/^([a-z0-9._-]+|\[[0-9a-f:]+\])$/.test(host) && URL.canParse(`http://${host}`)) return host;
    throw new TypeError(`${name}[${index}] must be a host name or an IP address, without a port`);
  });
}

/** @returns the port */
function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
