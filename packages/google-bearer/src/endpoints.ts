import { isLoopback } from './loopback.ts';

/** URLs to use instead of Google's: one base URL, or each URL by the name that google-auth-library gives it. */
export type EndpointsOption = string | { readonly tokenInfoUrl?: string; readonly oauth2RevokeUrl?: string };

/** The URLs that tokens are sent to. */
export interface Endpoints {
  readonly tokenInfoUrl: URL;
  readonly oauth2RevokeUrl: URL;
}

const GOOGLE = 'https://oauth2.googleapis.com';

/** The paths below a base URL. */
const PATHS: Readonly<Record<keyof Endpoints, string>> = { tokenInfoUrl: '/tokeninfo', oauth2RevokeUrl: '/revoke' };

/**
 * Reads the option `endpoints`.
 *
 * @returns the URLs, or a text that says what is wrong
 */
export function readEndpoints(option: unknown = GOOGLE, allowInsecureHttp: boolean): Endpoints | string {
  if (typeof option === 'string') {
    const base = secureUrl(option, allowInsecureHttp);
    if (typeof base === 'string') return base;
    const below = base.href.replace(/\/+$/, '');
    return {
      tokenInfoUrl: new URL(below + PATHS.tokenInfoUrl),
      oauth2RevokeUrl: new URL(below + PATHS.oauth2RevokeUrl),
    };
  }
  if (typeof option !== 'object' || option === null) {
    return 'one base URL, or an object with tokenInfoUrl, oauth2RevokeUrl or both';
  }
  const { tokenInfoUrl, oauth2RevokeUrl, ...unknown }: Record<string, unknown> = { ...option };
  // A misspelt name would leave the tokens going to Google unnoticed.
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) return `there is no ${stranger}; tokenInfoUrl and oauth2RevokeUrl are known`;
  const tokenInfo = secureUrl(tokenInfoUrl ?? GOOGLE + PATHS.tokenInfoUrl, allowInsecureHttp);
  const revoke = secureUrl(oauth2RevokeUrl ?? GOOGLE + PATHS.oauth2RevokeUrl, allowInsecureHttp);
  if (typeof tokenInfo === 'string') return `tokenInfoUrl: ${tokenInfo}`;
  if (typeof revoke === 'string') return `oauth2RevokeUrl: ${revoke}`;
  return { tokenInfoUrl: tokenInfo, oauth2RevokeUrl: revoke };
}

/** Only a plain absolute URL: a text that `URL` would correct or shorten is refused. */
const PLAIN = /^https?:\/\/[^/\s\\?#@]+(\/[^\s\\?#]*)?$/i;

/** A URL that tokens may be sent to, or what is wrong with it. */
function secureUrl(value: unknown, allowInsecureHttp: boolean): URL | string {
  if (value === '') return 'is empty; leave it out to ask Google itself (is GOOGLE_EMULATOR_URL set to nothing?)';
  if (typeof value !== 'string' || !PLAIN.test(value) || !URL.canParse(value)) {
    return (
      'expected an https URL (http only on loopback), without credentials, query or fragment ' +
      '(is GOOGLE_EMULATOR_URL like http://127.0.0.1:4400?)'
    );
  }
  const url = new URL(value);
  if (url.protocol === 'https:' || isLoopback(url) || allowInsecureHttp) return url;
  return (
    'expected an https URL; with http to another machine or container, whoever is on the way can read the tokens. ' +
    'For development, `allowInsecureHttp: true` allows it'
  );
}
