import type { Environment, Variables } from './env.ts';
import { CLIENT_VARIABLES, type GoogleClient, readGoogleClient, redirectUriOf } from './google-client.ts';
import { misspelt } from './misspelt.ts';
import { API_VARIABLES, MACHINE_VARIABLES } from './part-env.ts';
import type { Ports } from './ports.ts';

/** How the stack is to run. */
export interface Settings {
  /** The client of the real Google; undefined: an emulator is started. */
  readonly google: GoogleClient | undefined;
  /** The ports that people expect; each gives way when it is taken. */
  readonly ports: Ports;
  /** Where the API keeps its files and we the secret that we make. */
  readonly dataDir: string;
  /** The secret of NextAuth's cookies; undefined: made once and kept. */
  readonly nextAuthSecret: string | undefined;
  /** Everything that was set, for the parts to be given what they need. */
  readonly variables: Variables;
  /** What to tell people about all this. */
  readonly notes: readonly string[];
}

/** Either settings, or what is wrong, to be shown line by line. */
export type SettingsReading = { readonly settings: Settings } | { readonly problems: readonly string[] };

/** What can be set in `.env`. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['PORT', 'WEB_PORT', 'NEXTAUTH_SECRET', 'CORS_ORIGINS'],
  ...CLIENT_VARIABLES,
  ...API_VARIABLES,
  ...MACHINE_VARIABLES,
]);

const PORT_EXPECTED = 'expected a whole number from 0 (any free one) to 65535';

/** Makes settings of what was set. A variable that is blank counts as not set. */
export function readSettings({ variables, hasFile, fileNames }: Environment): SettingsReading {
  const text = (name: string): string | undefined => variables[name]?.trim() || undefined;
  const problems: string[] = [];
  const port = (name: string, usual: number): number => {
    const value = text(name) ?? String(usual);
    if (/^\d{1,5}$/.test(value) && Number(value) < 65_536) return Number(value);
    problems.push(`${name}: ${PORT_EXPECTED}`);
    return usual;
  };
  const ports: Ports = { emulator: 4400, api: port('PORT', 4000), web: port('WEB_PORT', 3000) };
  const google = readGoogleClient(variables, redirectUriOf(`http://localhost:${ports.web}`));
  if ('problems' in google) problems.push(...google.problems);
  const odd = misspelt(fileNames, KNOWN);
  if (problems.length > 0 || 'problems' in google) return { problems: [...problems, ...odd] };
  return {
    settings: {
      google: google.client,
      ports,
      dataDir: text('DATA_DIR') ?? 'data',
      nextAuthSecret: text('NEXTAUTH_SECRET'),
      variables,
      notes: [...odd, ...google.warnings, ...(google.client ? [] : [whyEmulator(hasFile)])],
    },
  };
}

function whyEmulator(hasFile: boolean): string {
  return hasFile
    ? 'GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are not set, so a local Google emulator is used; fill them in for the real Google.'
    : 'There is no .env, so a local Google emulator is used; for the real Google copy .env.example to .env and fill it in.';
}
