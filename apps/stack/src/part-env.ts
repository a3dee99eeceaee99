import type { Variables } from './env.ts';

/** Which Google the parts talk to, and as whom. */
export interface GoogleAccess {
  /** Accepted by the API; the first one is the web client's own. */
  readonly clientIds: readonly string[];
  readonly clientSecret: string;
  /** Base of every Google endpoint; undefined: Google itself. */
  readonly emulatorUrl: string | undefined;
  /** Who administers the API unless `ADMIN_SUBJECTS` says otherwise. */
  readonly adminSubject: string | undefined;
}

/** Where the parts are. */
export interface Addresses {
  readonly apiPort: number;
  readonly webUrl: string;
}

/** What any program may need of this machine. Nothing else of our environment is handed on unnamed. */
export const MACHINE_VARIABLES: ReadonlySet<string> = new Set(
  [
    ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'TMP', 'TEMP'],
    ['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
    ['TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE'],
    ['NODE_EXTRA_CA_CERTS', 'NODE_USE_ENV_PROXY'],
    ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ].flat(),
);

/** The variables that the API documents and that are not decided here. */
export const API_VARIABLES: readonly string[] = [
  ['PUBLIC_URL', 'DATA_DIR', 'DATABASE_URL', 'REDIS_URL', 'REDIS_PREFIX', 'LOG_LEVEL', 'ADMIN_SUBJECTS'],
  ['TRUST_PROXY', 'LOOKUP_BUDGET'],
  ['TOKEN_CACHE_MAX_AGE_MS', 'TOKENINFO_TIMEOUT_MS', 'TOKEN_LIFETIME_MS', 'MAX_STALENESS_MS'],
].flat();

/** What the API gets: its own variables, and no secret of the web client. */
export function apiEnv(variables: Variables, google: GoogleAccess, { apiPort, webUrl }: Addresses): Variables {
  return {
    ...machineEnv(variables),
    ADMIN_SUBJECTS: google.adminSubject,
    ...pick(variables, (name) => API_VARIABLES.includes(name)),
    // The page that we start has to get through, whatever others may.
    CORS_ORIGINS: [variables.CORS_ORIGINS?.trim(), webUrl].filter(Boolean).join(','),
    GOOGLE_CLIENT_ID: google.clientIds.join(','),
    GOOGLE_EMULATOR_URL: google.emulatorUrl,
    HOST: '127.0.0.1',
    PORT: String(apiPort),
  };
}

/** What the web client gets: Google's client, where the API is, and the secret of its cookies. */
export function webEnv(
  variables: Variables,
  google: GoogleAccess,
  { apiPort, webUrl }: Addresses,
  nextAuthSecret: string,
): Variables {
  return {
    ...machineEnv(variables),
    API_URL: `http://127.0.0.1:${apiPort}`,
    GOOGLE_CLIENT_ID: google.clientIds[0],
    GOOGLE_CLIENT_SECRET: google.clientSecret,
    GOOGLE_EMULATOR_URL: google.emulatorUrl,
    NEXTAUTH_SECRET: nextAuthSecret,
    NEXTAUTH_URL: webUrl,
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

/** What every part gets. Names are compared as Windows does, which writes `Path`. */
export function machineEnv(variables: Variables): Variables {
  const machine = pick(variables, (name) => MACHINE_VARIABLES.has(name.toUpperCase()));
  // The parts are on this machine: a proxy could not reach them, and would see what they say.
  const noProxy = [variables.NO_PROXY ?? variables.no_proxy, 'localhost,127.0.0.1,[::1]'].filter(Boolean).join(',');
  return { ...machine, NO_PROXY: noProxy, no_proxy: noProxy };
}

function pick(variables: Variables, wanted: (name: string) => boolean): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => wanted(name)));
}
