import { assetAt, assets } from '../assets.ts';
import { htmlError } from '../google-errors.ts';
import { type Answer, page } from '../http/answer.ts';
import { isOwnHost } from '../http/own-hosts.ts';
import type { EmulatorRequest } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { portrait } from '../pages/account.ts';
import { blockedPage } from '../pages/blocked.ts';
import { Html } from '../pages/html.ts';
import { CONSOLE_POLICY } from '../pages/layout.ts';
import { CONSOLE_PAGE, PORTRAIT_PATH } from '../pages/paths.ts';
import type { State } from '../state.ts';

/** The console, portraits, and the files that pages load. */
export const homeRoutes: readonly Route[] = [
  { method: 'GET', path: '/', handle: home },
  {
    method: 'GET',
    path: PORTRAIT_PATH,
    handle: (request: EmulatorRequest, { people }) => {
      const user = people.find(request.query.get('user') ?? '');
      if (user === undefined) return htmlError(404, 'There is no such user.');
      return page(200, portrait(user), { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=3600' });
    },
  },
  ...assets
    .filter(({ path }) => path !== CONSOLE_PAGE)
    .map(
      ({ path, type, content }): Route => ({
        method: 'GET',
        path,
        handle: () => ({ status: 200, headers: { ...ASSET_HEADERS, 'content-type': type }, body: content }),
      }),
    ),
];

const ASSET_HEADERS = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };

/** Under a foreign Host the page would belong to whoever owns that name (DNS rebinding). */
function home(request: EmulatorRequest, { allowHosts }: State): Answer {
  if (!isOwnHost(request.headers, allowHosts)) {
    const reason =
      'This page is for the machine on which the emulator runs. To open it under another name, start the emulator with allowHosts (--allow-host).';
    return page(403, blockedPage({ status: 403, code: 'foreign_host', reason }));
  }
  const headers = { 'content-security-policy': CONSOLE_POLICY, 'cross-origin-opener-policy': 'same-origin' };
  return page(200, new Html(assetAt(CONSOLE_PAGE).content), headers);
}
