import { isLoopback } from './loopback.ts';

/** Where Google is, besides its own place: one base URL, or each URL by the name google-auth-library gives it. */
export type EndpointsOption = string | { readonly tokenInfoUrl?: string; readonly oauth2RevokeUrl?: string };

/** The URLs that tokens are sent to. */
export interface Endpoints {
  readonly tokenInfoUrl: URL;
  readonly oauth2RevokeUrl: URL;
}

const GOOGLE = 'https://oauth2.googleapis.com';

/** The paths below a base URL. */
const PATHS: Readonly<Record<keyof Endpoints, string>> = { tokenInfoUrl: '/tokeninfo', oauth2RevokeUrl: '/revoke' };

/** Reads the option `endpoints`; a text says what is wrong with it. */
export function readEndpoints(option: unknown = GOOGLE): Endpoints | string {
  if (typeof option === 'string') {
    const base = secureUrl(option);
    if (base === undefined) return EXPECTED;
    const below = base.href.replace(/\/+$/, '');
    return {
      tokenInfoUrl: new URL(below + PATHS.tokenInfoUrl),
      oauth2RevokeUrl: new URL(below + PATHS.oauth2RevokeUrl),
    };
  }
  if (typeof option !== 'object' || option === null)
    return 'one base URL, or an object with tokenInfoUrl, oauth2RevokeUrl or both';
  const {
    tokenInfoUrl = GOOGLE + PATHS.tokenInfoUrl,
    oauth2RevokeUrl = GOOGLE + PATHS.oauth2RevokeUrl,
    ...unknown
  }: Record<string, unknown> = { ...option };
  // A misspelt name would leave the tokens going to Google unnoticed.
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) return `there is no ${stranger}; tokenInfoUrl and oauth2RevokeUrl are known`;
  const urls = { tokenInfoUrl: secureUrl(tokenInfoUrl), oauth2RevokeUrl: secureUrl(oauth2RevokeUrl) };
  if (urls.tokenInfoUrl === undefined) return `tokenInfoUrl: ${EXPECTED}`;
  if (urls.oauth2RevokeUrl === undefined) return `oauth2RevokeUrl: ${EXPECTED}`;
  return { tokenInfoUrl: urls.tokenInfoUrl, oauth2RevokeUrl: urls.oauth2RevokeUrl };
}

const EXPECTED = 'an https URL (http only on loopback), without credentials, query or fragment';

/** Plain http hands every token to whoever is on the way, so it has to stay on this machine. */
function secureUrl(value: unknown): URL | undefined {
  // Also an empty query or fragment, of which `URL` tells nothing.
  if (typeof value !== 'string' || !URL.canParse(value) || /[?#]/.test(value)) return undefined;
  const url = new URL(value);
  const { protocol, username, password } = url;
  const isSecure = protocol === 'https:' || (protocol === 'http:' && isLoopback(url));
  return isSecure && !(username || password) ? url : undefined;
}
