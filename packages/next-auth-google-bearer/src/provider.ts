import type { GoogleProfile } from 'next-auth/providers/google';
import type { OAuthConfig } from 'next-auth/providers/oauth';
import { warnOfOddScopes } from './odd-scopes.ts';
import { type ProviderOptions, readClient } from './options.ts';
import { readScopes } from './scope.ts';

/** How long NextAuth waits for Google at sign-in, in ms; its own 3.5 s are often too short for a first connection. */
const SIGN_IN_TIMEOUT_MS = 10_000;

/**
 * NextAuth's Google provider with offline access: Google gives a refresh token only for `access_type=offline`, and after
 * the first time only with `prompt=consent` (https://developers.google.com/identity/protocols/oauth2/web-server#offline).
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function googleProvider(options: ProviderOptions): OAuthConfig<GoogleProfile> {
  const { id, secret, wellKnown, issuer } = readClient(options);
  warnOfOddScopes(options.scopes ?? []);
  const scopes = new Set(['openid', 'email', 'profile', ...readScopes(options.scopes ?? [])]);
  return {
    id: 'google',
    name: 'Google',
    type: 'oauth',
    clientId: id,
    clientSecret: secret,
    wellKnown,
    issuer,
    authorization: { params: { scope: [...scopes].join(' '), access_type: 'offline', prompt: 'consent' } },
    idToken: true,
    checks: ['pkce', 'state'],
    httpOptions: { timeout: SIGN_IN_TIMEOUT_MS },
    profile: ({ sub, name, email, picture }) => ({ id: sub, name, email, image: picture }),
    style: { logo: '/google.svg', bg: '#fff', text: '#000' },
  };
}
