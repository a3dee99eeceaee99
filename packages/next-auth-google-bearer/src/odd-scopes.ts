import { warnOnce } from './logger.ts';

/** Google's scopes: three short names (https://developers.google.com/identity/protocols/oauth2/scopes), and URLs. */
const OF_GOOGLE = /^(openid|email|profile|https:\/\/(?!www\.googleapis\.com\/(?!auth\/.))[^/]+\/.*)$/;

/** Warns about scopes that Google does not have: the developer who has them reads the log, and not only Google's page. */
export function warnOfOddScopes(scopes: readonly string[]): void {
  const odd = scopes.filter((scope) => !OF_GOOGLE.test(scope));
  if (odd.length === 0) return;
  warnOnce(
    'ODD_SCOPE',
    `Google has no scope '${odd.join(' ')}', and will refuse each sign-in: its short names are openid, email and profile, ` +
      'every other scope is a URL',
  );
}
