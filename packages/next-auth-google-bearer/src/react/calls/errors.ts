/** There is no access token to call with: sign in first. */
export class NotSignedInError extends Error {
  override readonly name = 'NotSignedInError';
}

/**
 * The session could not be read, so whether anybody is signed in is not known: the page's own server is away. Nobody has to sign in
 * because of it; the same call may work a moment later.
 */
export class SessionUnavailableError extends Error {
  override readonly name = 'SessionUnavailableError';
}

/** The API did not answer in time. It may have done what it was asked for nevertheless. */
export class ApiTimeoutError extends Error {
  override readonly name = 'ApiTimeoutError';
}
