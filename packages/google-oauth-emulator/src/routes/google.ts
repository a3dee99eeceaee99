import type { Route } from '../http/route.ts';
import { authorizeRoutes } from './authorize.ts';
import { calendarRoutes } from './calendar.ts';
import { discoveryRoutes } from './discovery.ts';
import { revokeRoutes } from './revoke.ts';
import { tokenRoutes } from './token.ts';
import { tokeninfoRoutes } from './tokeninfo.ts';
import { userinfoRoutes } from './userinfo.ts';

/** Every endpoint of Google's that the emulator has. */
export const googleRoutes: readonly Route[] = [
  ...discoveryRoutes,
  ...authorizeRoutes,
  ...tokenRoutes,
  ...tokeninfoRoutes,
  ...revokeRoutes,
  ...userinfoRoutes,
  ...calendarRoutes,
];
