import { type Context, createContext } from 'react';
import type { SessionKeeper } from './session-keeper.ts';

/** What `useApiFetch` needs of the provider above it. */
export interface Api {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly keeper: SessionKeeper;
}

export const ApiContext: Context<Api | undefined> = createContext<Api | undefined>(undefined);
