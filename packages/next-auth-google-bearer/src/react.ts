'use client';

export type { ApiCall, ApiFetch, ApiFetchOptions } from './react/calls/api-fetch.ts';
export { NotSignedInError, SessionUnavailableError } from './react/calls/errors.ts';
export { GoogleSessionProvider, type GoogleSessionProviderProps } from './react/session-provider.ts';
export { useApiFetch } from './react/use-api-fetch.ts';
export type { SessionError } from './types.ts';
