import './node-version.ts';

export { type GoogleBearerAuth, type GoogleBearerAuthOptions, googleBearerAuth } from './auth.ts';
export { type GrantHandler, type GrantOptions, grantHandler } from './grant.ts';
export { jwtCallback, signOutEvent } from './jwt.ts';
export type { ApiOptions, ClientOptions, ProviderOptions, RefreshOptions, SignInOptions } from './options.ts';
export { googleProvider } from './provider.ts';
export { sessionCallback } from './session.ts';
export { signInCallback } from './sign-in.ts';
export type { JwtCallback, SessionCallback, SessionError, SignInCallback, SignOutEvent } from './types.ts';
