import { type Context, createContext } from 'react';
import type { AccessTokens } from './calls/access-tokens.ts';

/** What `useApiFetch` needs of the provider above it. */
export interface Api {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly tokens: AccessTokens;
}

export const ApiContext: Context<Api | undefined> = createContext<Api | undefined>(undefined);
