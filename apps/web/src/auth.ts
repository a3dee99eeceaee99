import type { NextAuthOptions } from 'next-auth';
import { type ClientOptions, googleBearerAuth } from 'next-auth-google-bearer';
import { apiUrl, clientId, clientSecret, emulatorUrl } from './env.ts';

/** How Google knows this app. A function, so that a build needs no secrets. */
export function googleClient(): ClientOptions {
  return { clientId: clientId(), clientSecret: clientSecret(), endpoints: emulatorUrl() };
}

/** The options of NextAuth. Signing in and what goes wrong with it both have their place on the one page there is. */
export function authOptions(): NextAuthOptions {
  options ??= { ...googleBearerAuth({ ...googleClient(), apiUrl: apiUrl() }), pages: { signIn: '/', error: '/' } };
  return options;
}

let options: NextAuthOptions | undefined;
