import { htmlError } from '../google-errors.ts';
import { page } from '../http/answer.ts';
import type { EmulatorRequest } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { portrait } from '../pages/account.ts';
import { homePage } from '../pages/home.ts';
import { PORTRAIT_PATH } from '../pages/paths.ts';
import { googleRoutes } from './google.ts';

/** The emulator's own pages. */
export const homeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    handle: (_request, { url, people, clients }) =>
      page(200, homePage({ url, people: people.all, clients: clients.all, endpoints: googleRoutes })),
  },
  {
    method: 'GET',
    path: PORTRAIT_PATH,
    handle: (request: EmulatorRequest, { people }) => {
      const user = people.find(request.query.get('user') ?? '');
      if (user === undefined) return htmlError(404, 'There is no such user.');
      return page(200, portrait(user), { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=3600' });
    },
  },
];
