import { json } from '../../http/answer.ts';
import type { Route } from '../../http/route.ts';
import { VERSION } from '../../version.ts';
import { googleRoutes } from '../google.ts';
import { guarded } from './guard.ts';

/** That it runs, and what it is. */
export const aboutRoutes: readonly Route[] = [
  { method: 'GET', path: '/__emulator/healthz', handle: () => json(200, { status: 'ok' }) },
  guarded('GET', '/__emulator/about', (_body, { url, tokenLifetimeS }) =>
    json(200, {
      url,
      version: VERSION,
      tokenLifetimeS,
      endpoints: googleRoutes.map(({ method, path }) => ({ method, path })),
    }),
  ),
];
