import { readAccount } from './accounts.ts';
import type { RouteServer } from './contract.ts';
import { protectedServer } from './google-bearer.ts';

/** As `google-bearer`, and the route reads a record. */
export const server: RouteServer = protectedServer(readAccount);
