import type { Session } from 'next-auth';
import type { JWT } from 'next-auth/jwt';
import { test } from 'tap';
import { type GoogleBearerAuthOptions, googleBearerAuth, type SessionError } from '../src/index.ts';
import type { ApiFetch, GoogleSessionProviderProps } from '../src/react.ts';

// Nothing here runs: it compiles, and every line marked so must not.
export const mustCompile: GoogleBearerAuthOptions[] = [
  {
    clientId: process.env.GOOGLE_CLIENT_ID,
    clientSecret: process.env.GOOGLE_CLIENT_SECRET,
    apiUrl: process.env.API_URL,
  },
  {
    clientId: 'id',
    clientSecret: 'secret',
    apiUrl: 'https://x',
    scopes: ['a'],
    refreshBeforeMs: 1,
    endpoints: undefined,
    debug: true,
  },
];

export function mustNotCompile(session: Session, jwt: JWT, apiFetch: ApiFetch): unknown[] {
  const token: string | undefined = session.accessToken;
  const expiresAt: number | undefined = jwt.accessTokenExpiresAt;
  const error: SessionError | undefined = session.error;
  // @ts-expect-error the access token may be missing
  const sure: string = session.accessToken;
  // @ts-expect-error the refresh token is in no session
  const refreshToken = session.refreshToken;
  // @ts-expect-error a closed list of reasons
  if (session.error === 'RefreshAccessTokenError') return [];
  // @ts-expect-error the API's URL is required
  const noApi: GoogleBearerAuthOptions = { clientId: 'id', clientSecret: 'secret' };
  // @ts-expect-error no such option
  const typo: GoogleBearerAuthOptions = { ...mustCompile[0], apiUrl: '', refreshBefore: 1 };
  // @ts-expect-error in ms, not a text
  const text: GoogleBearerAuthOptions = { clientId: '', clientSecret: '', apiUrl: '', refreshBeforeMs: '10m' };
  // @ts-expect-error the page has to know where the token may go
  const provider: GoogleSessionProviderProps = { session };
  // @ts-expect-error a path, not any URL
  const call = apiFetch(new URL('https://elsewhere.example'));
  const inTime = apiFetch('/user', { signal: AbortSignal.abort(), timeoutMs: 1_000 });
  // @ts-expect-error in ms
  const late = apiFetch('/user', { timeoutMs: '1s' });
  // @ts-expect-error a path, or false
  const storeUser: GoogleBearerAuthOptions = { clientId: '', clientSecret: '', apiUrl: '', storeUser: true };
  return [inTime, late, storeUser, token, expiresAt, error, sure, refreshToken, noApi, typo, text, provider, call];
}

test('each callback is there, and typed', (t) => {
  const { callbacks } = googleBearerAuth({ clientId: 'id', clientSecret: 'secret', apiUrl: 'https://x' });
  t.same(Object.keys(callbacks).sort(), ['jwt', 'session', 'signIn']);
  t.end();
});
