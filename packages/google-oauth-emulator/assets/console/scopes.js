const PREFIX = 'https://www.googleapis.com/auth/';

/** Scopes that are a tick away, with whether they are ticked at first. */
export const COMMON_SCOPES = /** @type {const} */ ([
  ['openid', true],
  ['email', true],
  ['profile', true],
  [`${PREFIX}calendar.readonly`, false],
]);

/** @param {string} scope */
export function shortScope(scope) {
  return scope.startsWith(PREFIX) ? scope.slice(PREFIX.length).replace(/^userinfo\./, '') : scope;
}
