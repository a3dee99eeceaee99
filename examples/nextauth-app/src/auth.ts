import type { NextAuthOptions } from 'next-auth';
import { googleBearerAuth } from 'next-auth-google-bearer';

let options: NextAuthOptions | undefined;

/** The options of NextAuth, made when the first request needs them: `next build` then needs no variables. */
export function authOptions(): NextAuthOptions {
  options ??= makeOptions();
  return options;
}

function makeOptions(): NextAuthOptions {
  const google = googleBearerAuth({
    clientId: process.env.GOOGLE_CLIENT_ID,
    clientSecret: process.env.GOOGLE_CLIENT_SECRET,
    apiUrl: process.env.API_URL,
    endpoints: process.env.GOOGLE_EMULATOR_URL,
  });
  return {
    ...google,
    // Your own callbacks. Each calls ours, and keeps what it returns.
    callbacks: {
      ...google.callbacks,
      async signIn(params) {
        if (params.user.email?.endsWith('@competitor.example')) return false;
        return google.callbacks.signIn(params);
      },
      async session(params) {
        const session = await google.callbacks.session(params);
        return { ...session, greeting: `Hello, ${session.user?.name ?? 'you'}` };
      },
    },
  };
}
