import type { State } from '../state.ts';
import type { Answer } from './answer.ts';
import type { EmulatorRequest } from './request.ts';

/** One method of one path, and the function that answers it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Google lets scripts of every origin call it and read the answer (CORS). */
  readonly openToBrowsers?: true;
  readonly handle: (request: EmulatorRequest, state: State) => Answer | Promise<Answer>;
}

/** Routes by path, then by method. */
export type RouteTable = ReadonlyMap<string, ReadonlyMap<string, Route>>;

export function createRouteTable(routes: readonly Route[]): RouteTable {
  const table = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const methods = table.get(route.path) ?? new Map<string, Route>();
    table.set(route.path, methods.set(route.method, route));
  }
  return table;
}
