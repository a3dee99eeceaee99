import { readAccount } from './accounts.ts';
import type { RouteServer } from './contract.ts';
import { unprotectedServer } from './unprotected.ts';

/** As `unprotected`, and the route reads a record. */
export const server: RouteServer = unprotectedServer(readAccount);
