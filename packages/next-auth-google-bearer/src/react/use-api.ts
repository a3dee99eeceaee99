import { type Context, createContext, useContext } from 'react';
import type { AccessTokens } from './calls/access-tokens.ts';

/** What the hooks need of the provider above them. */
export interface Api {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  readonly tokens: AccessTokens;
}

export const ApiContext: Context<Api | undefined> = createContext<Api | undefined>(undefined);

/** @throws {Error} outside a `GoogleSessionProvider` */
export function useApi(hook: string): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error(`${hook} needs a GoogleSessionProvider above it`);
  return api;
}
