/**
 * How long to wait, in ms, before a new access token is asked for in the place of one that the API has revoked.
 *
 * After a sign-out everywhere, the API refuses tokens of the next seconds as well: Google's figures are whole seconds, each cut by itself, and
 * it refuses when unsure. A token of those seconds stays refused for as long as it lives. The first that is good for certain was issued less
 * than four seconds after the sign-out: one for what Google's clock may hide, one that the sign-out adds, one for the token's time, and one
 * because a token's hour may have 3599 seconds.
 */
export const REVOKED_PAUSE_MS = 4_000;
