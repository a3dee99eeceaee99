import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservedPort } from '@google-bearer/test-kit/ports';
import {
  type ClientOptions,
  type GoogleEmulator,
  type GoogleEmulatorOptions,
  startGoogleEmulator,
} from 'google-oauth-emulator';
import { bundledApi } from '../../../apps/api/test/support/bundled.ts';
import type { Variables } from '../../../apps/stack/src/env.ts';
import { redirectUriOf } from '../../../apps/stack/src/google-client.ts';
import { apiEnv, machineEnv, webEnv } from '../../../apps/stack/src/part-env.ts';
import { webArgs } from '../../../apps/stack/src/programs.ts';
import { Service } from '../../../apps/stack/src/service.ts';
import { builtWeb } from './built-web.ts';

/** How a system is started for a test; everything is optional. */
export interface SystemOptions {
  /** Passed on to the emulator. With a `tokenLifetimeS` the API is told of it too. */
  readonly google?: Omit<GoogleEmulatorOptions, 'clients' | 'port' | 'host'>;
  /** Further settings of the client that people sign in with. */
  readonly client?: Partial<Omit<ClientOptions, 'id' | 'secret' | 'redirectUris'>>;
  /** Added to the environment of the API, and stronger than what it gets anyway. */
  readonly apiEnv?: Variables;
  /** Added to the environment of the web client, and stronger than what it gets anyway. */
  readonly webEnv?: Variables;
  /** What of the web client answers 200 once it runs; by default what only one that is set up correctly has. */
  readonly webReadyPath?: string;
}

/** Emulator, API and web client, ready. */
export interface System {
  /** What people click: `http://localhost:…`. */
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly google: GoogleEmulator;
  /** Ends the API; its port and its data stay. */
  stopApi(): Promise<void>;
  /** Starts the API again, and resolves once it is ready. */
  startApi(): Promise<void>;
  /**
   * Resolves once somebody who was signed out everywhere can sign in again. Google tells a token's time in whole seconds, so one of the
   * same second may be older than the sign-out, and is refused.
   */
  acceptsNewTokens(email: string): Promise<void>;
  /** Every line that API and web client have printed, each with its name before it. */
  output(): string;
  /** Ends all of it and deletes its data. May be called again. */
  close(): Promise<void>;
}

/** The client that people sign in with. */
export const CLIENT = { id: 'system-client.apps.googleusercontent.com', secret: 'GOCSPX-system-secret' };

/** The secret of NextAuth's cookies. */
export const NEXTAUTH_SECRET = 'the secret of the system tests';

/**
 * Starts an emulator in this process, and the real API, as one file, and the production build of the web client as children, each on
 * a free port and with nothing stored. `startStack` starts them as people do.
 *
 * @throws {Error} with all that they printed, when one does not start; nothing is left running then
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const [folder, apiProgram] = await Promise.all([builtWeb(), bundledApi()]);
  const apiPort = await reservedPort();
  const webPort = await reservedPort();
  const at = { apiPort, webUrl: `http://localhost:${webPort}` };
  const dataDir = await mkdtemp(join(tmpdir(), 'google-bearer-system-'));
  const redirectUris = [redirectUriOf(at.webUrl)];
  const google = await startGoogleEmulator({
    ...options.google,
    clients: [{ ...options.client, ...CLIENT, redirectUris }],
  });
  const access = {
    clientIds: [CLIENT.id],
    clientSecret: CLIENT.secret,
    emulatorUrl: google.url,
    adminSubject: google.users[1]?.sub,
  };
  const lifetimeS = options.google?.tokenLifetimeS;
  const variables: Variables = {
    ...machineEnv(process.env),
    NODE_OPTIONS: undefined,
    DATA_DIR: dataDir,
    TOKEN_LIFETIME_MS: lifetimeS === undefined ? undefined : String(lifetimeS * 1000),
  };
  const printed: string[] = [];
  const print = (name: string) => (line: string) => void printed.push(`${name} | ${line}`);
  const output = (): string => printed.join('\n');

  const newApi = (): Service =>
    new Service({
      name: 'api',
      args: [apiProgram],
      env: { ...apiEnv(variables, access, at), ...options.apiEnv },
      readyUrl: `http://127.0.0.1:${apiPort}/readyz`,
      print: print('api'),
    });
  let api = newApi();
  const web = new Service({
    name: 'web',
    args: webArgs(webPort),
    cwd: folder,
    env: { ...webEnv(variables, access, at, NEXTAUTH_SECRET), ...options.webEnv },
    readyUrl: `http://127.0.0.1:${webPort}${options.webReadyPath ?? '/api/auth/providers'}`,
    stopWithinMs: 1000,
    print: print('web'),
  });
  const close = async (): Promise<void> => {
    await Promise.all([web.stop(), api.stop(), google.close()]);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await Promise.all([api.ready(), web.ready()]);
  } catch (error) {
    await close();
    throw new Error(`${error instanceof Error ? error.message : error}\n${output()}`, { cause: error });
  }
  return {
    webUrl: at.webUrl,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    google,
    output,
    close,
    async acceptsNewTokens(email) {
      for (let status = 401; status === 401; await sleep(50)) {
        const headers = { authorization: `Bearer ${google.mintToken({ user: email })}` };
        status = (await fetch(`http://127.0.0.1:${apiPort}/api/user`, { headers })).status;
      }
    },
    stopApi: () => api.stop(),
    async startApi() {
      await api.stop();
      api = newApi();
      await api.ready();
    },
  };
}
