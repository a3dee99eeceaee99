/** All that Google knows without a URL (https://developers.google.com/identity/protocols/oauth2/scopes). */
const SHORT_NAMES: ReadonlySet<string> = new Set(['openid', 'email', 'profile']);

/** Google's scopes are https URLs; on its main host their path begins with /auth/. */
const URL_SHAPE = /^https:\/\/(?!www\.googleapis\.com\/(?!auth\/.))[^/]+\//;

/**
 * Says what is odd about a scope that no token of Google's can hold, such as `emial`; undefined when there is nothing odd.
 * Which URLs exist is Google's to know: a misspelt one is not seen here.
 */
export function oddScope(scope: string): string | undefined {
  if (SHORT_NAMES.has(scope) || URL_SHAPE.test(scope)) return undefined;
  return (
    `Google has no scope '${scope}', so no token can pass: its short names are openid, email and profile, ` +
    'and every other scope is a URL such as https://www.googleapis.com/auth/calendar.readonly'
  );
}
