import type { NextAuthOptions, Profile } from 'next-auth';
import { type ClientOptions, googleBearerAuth } from 'next-auth-google-bearer';
import { apiUrl, clientId, clientSecret, emulatorUrl } from './env.ts';

/** How Google knows this app. A function, so that a build needs no secrets. */
export function googleClient(): ClientOptions {
  return { clientId: clientId(), clientSecret: clientSecret(), endpoints: emulatorUrl() };
}

/** The options of NextAuth. Signing in and what goes wrong with it both have their place on the one page there is. */
export function authOptions(): NextAuthOptions {
  options ??= makeOptions();
  return options;
}

function makeOptions(): NextAuthOptions {
  const google = googleBearerAuth({ ...googleClient(), apiUrl: apiUrl() });
  const { signIn } = google.callbacks;
  return {
    ...google,
    pages: { signIn: '/', error: '/' },
    callbacks: {
      ...google.callbacks,
      // NextAuth has one word for every refusal; what somebody can do about it differs.
      signIn: async (params) => {
        const answer = await signIn(params);
        return answer === false ? `/?error=${whyRefused(params.profile)}` : answer;
      },
    },
  };
}

/** What the API, which has just refused them, did not find in the token: Google says the same in the profile. */
function whyRefused(profile: (Profile & { readonly email_verified?: unknown }) | undefined): string {
  if (profile?.email === undefined) return 'EmailNotShared';
  return profile.email_verified === true ? 'AccessDenied' : 'EmailNotVerified';
}

let options: NextAuthOptions | undefined;
