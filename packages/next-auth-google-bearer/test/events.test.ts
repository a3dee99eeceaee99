import { noBrowser } from '@google-bearer/test-kit/chromium';
import { eventually } from '@google-bearer/test-kit/eventually';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { test } from 'tap';
import { GoogleSessionProvider, useApiEvents } from '../src/react.ts';
import { type PageSite, shows, startPageSite } from './support/browser-site.ts';

const switchEvents = ({ page }: PageSite): Promise<void> => page.getByRole('button', { name: 'Events' }).click();
/** Resolves once these streams are open, by their tokens. */
const streamsAre = (site: PageSite, ...tokens: string[]): Promise<unknown> =>
  eventually(`streams of ${tokens}`, () => [...site.streams.values()].join() === tokens.join());

test('a page that follows the events of the API', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  await site.open('');
  await shows(site.page, '#session', 'authenticated one');

  await switchEvents(site);
  await shows(site.page, '#events', 'open hello');
  await streamsAre(site, 'one');

  // As soon as the token is revoked, the page has another one, and nobody has pressed anything.
  site.good.delete('one');
  for (const stream of site.streams.keys()) stream.end('event: refused\ndata: {"code":"ERR_TOKEN_REVOKED"}\n\n');
  await shows(site.page, '#events', 'open hello refused hello');
  await shows(site.page, '#session', 'authenticated renewed');
  await streamsAre(site, 'renewed');

  await switchEvents(site);
  await streamsAre(site);

  await switchEvents(site);
  await shows(site.page, '#events', 'open hello');
  await site.page.getByRole('button', { name: 'Sign out' }).click();
  await shows(site.page, '#events', 'over');
  await streamsAre(site);

  site.good.add('signed-in');
  await site.page.getByRole('button', { name: 'Sign in' }).click();
  await shows(site.page, '#session', 'authenticated signed-in');
  await streamsAre(site, 'signed-in');
  t.equal(site.streams.size, 1, 'one stream, although React does everything twice');
});

function Follows(options: { readonly silenceMs: number; readonly path?: string }): string {
  return useApiEvents(options).state;
}

test('it begins as connecting, and refuses what is no time', (t) => {
  const render = (silenceMs: number, path?: string): string =>
    renderToStaticMarkup(
      createElement(
        GoogleSessionProvider,
        { apiUrl: 'https://x.example', session: null },
        createElement(Follows, { silenceMs, ...(path !== undefined && { path }) }),
      ),
    );
  t.equal(render(1), 'connecting');
  for (const path of ['events', '']) t.throws(() => render(1, path), { name: 'TypeError', message: /slash/ }, path);
  for (const silenceMs of [0, -1, Number.NaN])
    t.throws(() => render(silenceMs), { name: 'TypeError', message: /^silenceMs: / });
  t.throws(
    () => renderToStaticMarkup(createElement(Follows, { silenceMs: 1 })),
    /useApiEvents needs a GoogleSessionProvider/,
  );
  t.end();
});
