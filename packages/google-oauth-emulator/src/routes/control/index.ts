import type { Route } from '../../http/route.ts';
import { aboutRoutes } from './about.ts';
import { callRoutes } from './calls.ts';
import { clientRoutes } from './clients.ts';
import { clockRoutes } from './clock.ts';
import { faultRoutes } from './faults.ts';
import { peopleRoutes } from './people.ts';
import { mintingRoutes } from './tokens.ts';

/** The programmatic handle over HTTP: for other processes, for curl and for the console. */
export const controlRoutes: readonly Route[] = [
  ...aboutRoutes,
  ...peopleRoutes,
  ...mintingRoutes,
  ...faultRoutes,
  ...clockRoutes,
  ...clientRoutes,
  ...callRoutes,
];
