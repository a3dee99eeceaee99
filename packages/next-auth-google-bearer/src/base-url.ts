import { OptionsError } from './options-error.ts';

/** The explicit word for plain http. */
export interface PlainHttpOption {
  /**
   * Allows plain http to another machine, for development alone: between containers (`http://api:4000`), or from a phone. Whoever is on the way
   * can read every token and secret. Default: false, http to loopback only.
   */
  readonly allowInsecureHttp?: boolean | undefined;
}

/** What the README's code reads these options from, for developers who have pasted that code. */
const EXAMPLES = {
  apiUrl: 'API_URL like http://127.0.0.1:4000',
  endpoints: 'GOOGLE_EMULATOR_URL like http://127.0.0.1:4400',
} as const;

/** An absolute URL and no more: what `URL` would mend or leave out is no way to write one. */
const PLAIN = /^https?:\/\/[^/\s\\?#@]+(\/[^\s\\?#]*)?$/i;

/**
 * Checks a base URL that tokens or secrets are sent to, and returns it without a trailing slash.
 *
 * @throws {TypeError} naming `option`
 */
export function secureBaseUrl(
  option: keyof typeof EXAMPLES,
  value: string | undefined,
  { allowInsecureHttp = false }: PlainHttpOption = {},
): string {
  if (typeof allowInsecureHttp !== 'boolean') throw new OptionsError('allowInsecureHttp: expected true or false');
  if (typeof value !== 'string' || !PLAIN.test(value) || !URL.canParse(value)) {
    throw new OptionsError(
      `${option}: expected an https URL (http only on loopback), without credentials, query or fragment (is ${EXAMPLES[option]}?)`,
    );
  }
  const { href, protocol, hostname } = new URL(value);
  // Plain http hands tokens to whoever is on the way, so it has to stay on this machine.
  if (protocol === 'http:' && !isLoopback(hostname) && !allowInsecureHttp) {
    throw new OptionsError(
      `${option}: expected an https URL; with http to another machine or container, whoever is on the way can read the tokens. ` +
        'For development, `allowInsecureHttp: true` allows it',
    );
  }
  return href.replace(/\/+$/, '');
}

/** RFC 6761 §6.3, RFC 1122 §3.2.1.3; `URL` has already brought IPv4 addresses into their usual form. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** The URL of a path below a base URL; undefined for one that would lead to another host, or to a neighbour on the same one. */
export function urlBelow(baseUrl: string, path: string): string | undefined {
  const url = path.startsWith('/') && URL.canParse(baseUrl + path) ? new URL(baseUrl + path).href : '';
  return url.startsWith(`${baseUrl}/`) ? url : undefined;
}
