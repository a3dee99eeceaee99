import type { NextAuthOptions } from 'next-auth';
import { jwtCallback, signOutEvent } from './jwt.ts';
import { scrubbingLogger } from './logger.ts';
import {
  type ApiOptions,
  type ProviderOptions,
  type RefreshOptions,
  readClient,
  readRefreshBeforeMs,
  readStoreUrl,
} from './options.ts';
import { checkAll, OptionsError } from './options-error.ts';
import { googleProvider } from './provider.ts';
import { readScopes } from './scope.ts';
import { sessionCallback } from './session.ts';
import { signInCallback } from './sign-in.ts';
import type { JwtCallback, SessionCallback, SignInCallback, SignOutEvent } from './types.ts';

/** What {@link googleBearerAuth} takes. Times are in ms. */
export interface GoogleBearerAuthOptions extends ProviderOptions, ApiOptions, RefreshOptions {
  /** Writes NextAuth's debug lines, without tokens, codes and personal data. Default: false. */
  readonly debug?: boolean | undefined;
}

/** NextAuth's options, with those that {@link googleBearerAuth} always sets. */
export interface GoogleBearerAuth extends NextAuthOptions {
  callbacks: { signIn: SignInCallback; jwt: JwtCallback; session: SessionCallback };
  events: { signOut: SignOutEvent };
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof GoogleBearerAuthOptions>([
  'clientId',
  'clientSecret',
  'endpoints',
  'scopes',
  'apiUrl',
  'storeUser',
  'allowInsecureHttp',
  'refreshBeforeMs',
  'debug',
]);

const THIRTY_DAYS_S = 30 * 24 * 60 * 60;

/**
 * Everything that NextAuth v4 needs to sign users in with Google and to keep an access token fresh for an API:
 * the provider with offline access, the callbacks `signIn`, `jwt` and `session`, encrypted cookies that last 30 days, and a logger
 * that writes no token. Add `pages` and other options by spreading. `NEXTAUTH_SECRET` and `NEXTAUTH_URL` are NextAuth's own.
 *
 * @throws {TypeError} naming every option that is wrong
 */
export function googleBearerAuth(options: GoogleBearerAuthOptions): GoogleBearerAuth {
  if (typeof options !== 'object' || options === null) {
    throw new OptionsError('expected options: { clientId, clientSecret, apiUrl }');
  }
  checkAll(
    ...Object.keys(options).map((name) => () => assertKnown(name)),
    () => readClient(options),
    () => readScopes(options.scopes ?? []),
    () => readStoreUrl(options),
    () => readRefreshBeforeMs(options.refreshBeforeMs),
  );
  const debug = options.debug ?? false;
  return {
    providers: [googleProvider(options)],
    session: { strategy: 'jwt', maxAge: THIRTY_DAYS_S },
    callbacks: { signIn: signInCallback(options), jwt: jwtCallback(options), session: sessionCallback(options) },
    events: { signOut: signOutEvent(options) },
    debug,
    logger: scrubbingLogger(debug),
  };
}

function assertKnown(name: string): void {
  if (!OPTION_NAMES.has(name))
    throw new OptionsError(
      `${name}: there is no such option; there are ${[...OPTION_NAMES].join(', ')}. One of NextAuth's own is spread over the result`,
    );
}
