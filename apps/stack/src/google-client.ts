import type { Variables } from './env.ts';

/** A client of the real Google. */
export interface GoogleClient {
  /** Accepted by the API; the first one is the web client's own. */
  readonly ids: readonly string[];
  readonly secret: string;
}

/** Either a client (undefined: none is set, use the emulator) or why it cannot be used. Neither quotes a value. */
export type GoogleClientReading =
  | { readonly client: GoogleClient | undefined; readonly warnings: readonly string[] }
  | { readonly problems: readonly string[] };

const ID_NAMES = ['GOOGLE_CLIENT_ID', 'AUTH_GOOGLE_ID'] as const;
const SECRET_NAMES = ['GOOGLE_CLIENT_SECRET', 'AUTH_GOOGLE_SECRET'] as const;
/** Every name that one of the two can have. */
export const CLIENT_VARIABLES: readonly string[] = [...ID_NAMES, ...SECRET_NAMES];

const ID_ENDING = '.apps.googleusercontent.com';
const SECRET_BEGINNING = 'GOCSPX-';

/** Where Google sends people back to, with the web client at this origin. */
export function redirectUriOf(webUrl: string): string {
  return `${webUrl}/api/auth/callback/google`;
}

/** Reads the client from `GOOGLE_CLIENT_ID` and `GOOGLE_CLIENT_SECRET`, or from the names that Auth.js gives them. */
export function readGoogleClient(variables: Variables, redirectUri: string): GoogleClientReading {
  const id = firstSet(variables, ID_NAMES);
  const secret = firstSet(variables, SECRET_NAMES);
  if (id?.value.startsWith(SECRET_BEGINNING) || secret?.value.endsWith(ID_ENDING)) {
    const names = [id?.name ?? ID_NAMES[0], secret?.name ?? SECRET_NAMES[0]].join(' and ');
    return {
      problems: [`${names} look swapped: an id ends in ${ID_ENDING}, a secret usually begins with ${SECRET_BEGINNING}`],
    };
  }
  if (id === undefined && secret === undefined) return { client: undefined, warnings: [] };
  const ids = (id?.value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (id === undefined || ids.length === 0) return { problems: halfFilled(secret?.name, ID_NAMES, redirectUri) };
  if (secret === undefined) return { problems: halfFilled(id.name, SECRET_NAMES, redirectUri) };
  const warnings = ids.every((item) => item.endsWith(ID_ENDING))
    ? []
    : [`Warning: ${id.name} does not end in ${ID_ENDING}, as Google's client ids do; sign-in may fail.`];
  return { client: { ids, secret: secret.value }, warnings };
}

function halfFilled(
  present = 'the other one',
  [missing, alias]: readonly [string, string],
  redirectUri: string,
): string[] {
  return [
    `${missing} is missing: ${present} is set, and the real Google needs both.`,
    'Both are at https://console.cloud.google.com/apis/credentials: "Create credentials", "OAuth client ID",',
    `application type "Web application", and as authorized redirect URI exactly ${redirectUri}`,
    'If that port is used by another program, set WEB_PORT to a free one and register the URI with that port.',
    `Put ${missing} (or ${alias}) into .env, or take ${present} out to use the local Google emulator.`,
  ];
}

function firstSet(variables: Variables, names: readonly string[]): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = bare(variables[name]);
    if (value) return { name, value };
  }
  return undefined;
}

/** Copied values often come with spaces, or with quotes that a shell or an editor left in. */
function bare(value: string | undefined): string | undefined {
  return value?.replace(/^[\s"'“”‘’]+|[\s"'“”‘’]+$/g, '');
}
