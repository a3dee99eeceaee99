/**
 * The environment, read when it is asked for: the same build runs anywhere, and `next build` needs no variable.
 * NEXTAUTH_URL and NEXTAUTH_SECRET are read by NextAuth itself.
 */

/** @throws {Error} when GOOGLE_CLIENT_ID is missing */
export function clientId(): string {
  // The API accepts the tokens of several clients; people sign in here with the first one.
  const [first = ''] = required('GOOGLE_CLIENT_ID').split(',');
  return first.trim();
}

/** @throws {Error} when GOOGLE_CLIENT_SECRET is missing */
export function clientSecret(): string {
  return required('GOOGLE_CLIENT_SECRET');
}

/** Where the API is, without a slash at the end; the browser calls it there too. */
export function apiUrl(): string {
  return url('API_URL', optional('API_URL') ?? 'http://127.0.0.1:4000');
}

/** Where the emulated Google is; undefined: the real one is used. */
export function emulatorUrl(): string | undefined {
  const value = optional('GOOGLE_EMULATOR_URL');
  return value === undefined ? undefined : url('GOOGLE_EMULATOR_URL', value);
}

/** Whether people reach this page by https. */
export function isHttps(): boolean {
  return /^https:/i.test(optional('NEXTAUTH_URL') ?? '');
}

/** Whether this is `next dev`, which needs more rights in the browser than what is shipped. */
export function isDevelopment(): boolean {
  return process.env.NODE_ENV === 'development';
}

function optional(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === '' ? undefined : value;
}

function required(name: string): string {
  const value = optional(name);
  if (value !== undefined) return value;
  throw new Error(
    `${name} is not set. Take it from the OAuth client of type "Web application" in your Google Cloud console, or run ` +
      '`npx -y pnpm@12 start` at the root of the repository, which starts a local Google and sets it.',
  );
}

function url(name: string, value: string): string {
  const { protocol, pathname } = parse(name, value);
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`${name} must begin with http:// or https://`);
  return pathname === '/' ? new URL(value).origin : value.replace(/\/+$/, '');
}

function parse(name: string, value: string): URL {
  if (!URL.canParse(value)) throw new Error(`${name} is not a URL; it should look like http://127.0.0.1:4000`);
  return new URL(value);
}
