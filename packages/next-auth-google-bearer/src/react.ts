'use client';

export type { ApiCall, ApiFetch, ApiFetchOptions, ApiInit } from './react/calls/api-fetch.ts';
export { ApiTimeoutError, NotSignedInError, SessionUnavailableError } from './react/calls/errors.ts';
export type { ApiEventsState } from './react/calls/event-stream.ts';
export { GoogleSessionProvider, type GoogleSessionProviderProps } from './react/session-provider.ts';
export { type ApiEventsOptions, useApiEvents } from './react/use-api-events.ts';
export { useApiFetch } from './react/use-api-fetch.ts';
export { type ResumedCall, type StepUpOptions, useStepUp } from './react/use-step-up.ts';
export type { SessionError } from './types.ts';
