const PREFIX = 'https://www.googleapis.com/auth/';

export const EMAIL_SCOPE: string = `${PREFIX}userinfo.email`;
export const PROFILE_SCOPE: string = `${PREFIX}userinfo.profile`;

/** Any one of these lets the events of a calendar be read. */
export const CALENDAR_SCOPES: readonly string[] = [
  `${PREFIX}calendar`,
  `${PREFIX}calendar.readonly`,
  `${PREFIX}calendar.events`,
  `${PREFIX}calendar.events.readonly`,
];

const ALIASES = new Map([
  ['email', EMAIL_SCOPE],
  ['profile', PROFILE_SCOPE],
]);

const DESCRIPTIONS = new Map([
  ['openid', 'Associate you with your personal info'],
  [EMAIL_SCOPE, 'See your primary e-mail address'],
  [PROFILE_SCOPE, 'See your personal info: name and picture'],
  [`${PREFIX}calendar`, 'See, edit, share and permanently delete all your calendars'],
  [`${PREFIX}calendar.readonly`, 'See and download any calendar you can access'],
  [`${PREFIX}calendar.events`, 'View and edit events on all your calendars'],
  [`${PREFIX}calendar.events.readonly`, 'View events on all your calendars'],
  [`${PREFIX}contacts.readonly`, 'See and download your contacts'],
  [`${PREFIX}drive.file`, 'See and edit only the files you use with this app'],
  [`${PREFIX}drive.readonly`, 'See and download all your files'],
  [`${PREFIX}gmail.readonly`, 'View your e-mail messages and settings'],
  [`${PREFIX}gmail.send`, 'Send e-mail on your behalf'],
]);

/** Each scope once, `email` and `profile` in the long form under which Google keeps and reports them. */
export function expandScopes(scopes: Iterable<string>): string[] {
  return [...new Set(Array.from(scopes, (scope) => ALIASES.get(scope) ?? scope))];
}

/** Splits a `scope` parameter (RFC 6749, section 3.3). */
export function parseScopes(parameter: string): string[] {
  return expandScopes(parameter.split(' ').filter((scope) => scope !== ''));
}

/** Google adds `openid` to the other sign-in scopes, so that an ID token comes along. */
export function withOpenid(scopes: readonly string[]): readonly string[] {
  return scopes.some(isIdentityScope) && !scopes.includes('openid') ? [...scopes, 'openid'] : scopes;
}

/** Sign-in scopes are granted as a whole: consent shows them without boxes, and each of them brings `sub` along. */
export function isIdentityScope(scope: string): boolean {
  return scope === 'openid' || scope === EMAIL_SCOPE || scope === PROFILE_SCOPE;
}

/**
 * Google's scopes are the sign-in scopes and https URLs, below /auth/ on its main host
 * (https://developers.google.com/identity/protocols/oauth2/scopes). Which of those URLs exist, the emulator does not know.
 */
export function isGoogleScope(scope: string): boolean {
  return isIdentityScope(scope) || /^https:\/\/(?!www\.googleapis\.com\/(?!auth\/.))[^/]+\//.test(scope);
}

export function describeScope(scope: string): string {
  return DESCRIPTIONS.get(scope) ?? scope;
}
