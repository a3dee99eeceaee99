import { text } from 'node:stream/consumers';
import { noBrowser } from '@google-bearer/test-kit/chromium';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { type Test, test } from 'tap';
import { GoogleSessionProvider, useStepUp } from '../src/react.ts';
import { CALENDAR } from './fixtures/tree.ts';
import { signedIn, startApp } from './support/app.ts';
import { type PageSite, pageScript, session, shows, startPageSite } from './support/browser-site.ts';
import { openPage } from './support/page.ts';

const planned = (token: string): string => `POST /api/calendar?day=1 1 Bearer ${token} a day`;

/** A page that has asked for more than its token allows. */
async function startAndAsk(t: Test, change: (site: PageSite) => void = () => {}): Promise<PageSite> {
  const site = await startPageSite(t);
  change(site);
  await site.open('tab=2');
  await shows(site.page, '#session', 'authenticated one');
  await site.page.getByRole('button', { name: 'Plan', exact: true }).click();
  return site;
}

test('a call that needs more leads to Google’s consent, and is made again when the user is back', {
  skip: noBrowser,
}, async (t) => {
  const site = await startAndAsk(t);
  await shows(site.page, '#step-up', 'resumed POST /calendar?day=1 201');
  t.same(site.calendarCalls, [planned('one'), planned('scoped')], 'the same call, once');
  t.match(site.consents, [
    { scope: `openid email profile ${CALENDAR}`, include_granted_scopes: 'true', prompt: 'consent' },
  ]);
  t.equal(site.consents.length, 1);
  await site.page.waitForURL((url) => url.search === '?tab=2');
  const kept = await site.page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  t.equal(kept, '{}', 'and nothing is kept');
  await site.page.reload();
  await shows(site.page, '#session', 'authenticated scoped');
  await site.page.getByRole('button', { name: 'Plan', exact: true }).click();
  await shows(site.page, '#step-up', '201');
  t.equal(site.calendarCalls.length, 3, 'a reload makes it no second time');
});

test('why the attempt before failed is forgotten when the next one works', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  await site.open('tab=2&error=AccessDenied');
  await shows(site.page, '#session', 'authenticated one');
  await site.page.getByRole('button', { name: 'Plan', exact: true }).click();
  await shows(site.page, '#step-up', 'resumed POST /calendar?day=1 201');
  await site.page.waitForURL((url) => url.search === '?tab=2');
});

test('what waits for the consent holds no token', { skip: noBrowser }, async (t) => {
  const site = await startAndAsk(t, (site) => {
    site.onConsent = () => '/consent-page';
  });
  await site.page.waitForURL('**/consent-page');
  const kept = await site.page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  t.match(kept, 'a day');
  t.notMatch(kept, /one|Bearer/);
});

test('who does not consent has nothing done in their name later', { skip: noBrowser }, async (t) => {
  const site = await startAndAsk(t, (site) => {
    site.onConsent = () => '/?error=AccessDenied';
  });
  await site.page.waitForURL('**/?error=AccessDenied');
  site.session = session('scoped');
  await site.open('');
  await shows(site.page, '#session', 'authenticated scoped');
  t.same(site.calendarCalls, [planned('one')]);
});

test('when the API refuses still, that is the answer, and nobody goes round in circles', {
  skip: noBrowser,
}, async (t) => {
  const site = await startAndAsk(t, (site) => {
    site.onConsent = (callbackUrl) => callbackUrl;
  });
  await shows(site.page, '#step-up', 'resumed POST /calendar?day=1 403');
  t.equal(site.consents.length, 1);
});

test('it is not done as somebody else', { skip: noBrowser }, async (t) => {
  const site = await startAndAsk(t, (site) => {
    site.good.add('scoped');
    site.onConsent = (callbackUrl) => {
      site.session = { ...session('scoped'), subject: '2' };
      return callbackUrl;
    };
  });
  await shows(site.page, '#session', 'authenticated scoped');
  await site.page.waitForURL((url) => url.search === '?tab=2');
  await site.page.getByRole('button', { name: 'Call' }).click();
  await shows(site.page, '#calls', '200');
  t.same(site.calendarCalls, [planned('one')]);
});

test('the answer is for the component that asked, although another one needs the same scopes', {
  skip: noBrowser,
}, async (t) => {
  const site = await startPageSite(t);
  await site.open('');
  for (const [label, id, other] of [
    ['Note', '#other-step-up', '#step-up'],
    ['Plan', '#step-up', '#other-step-up'],
  ] as const) {
    site.session = session('one');
    await site.page.reload();
    await shows(site.page, '#session', 'authenticated one');
    await site.page.getByRole('button', { name: label, exact: true }).click();
    await shows(site.page, id, 'resumed POST /calendar?day=1 201');
    t.equal(await site.page.locator(other).textContent(), '');
  }
});

test('if that component is not there any more, another one gets it', { skip: noBrowser }, async (t) => {
  const site = await startAndAsk(t, (site) => {
    site.onConsent = () => '/consent-page';
  });
  await site.page.waitForURL('**/consent-page');
  await site.page.evaluate(() => {
    for (const [key, kept] of Object.entries(sessionStorage)) {
      sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(kept), asker: 'gone' }));
    }
  });
  site.session = session('scoped');
  await site.page.goto(site.consents[0]?.callbackUrl ?? '');
  await shows(site.page, ':is(#step-up, #other-step-up)', 'resumed POST /calendar?day=1 201');
  t.equal(site.calendarCalls.length, 2, 'once');
});

test('who chose to stay on the page can leave it later', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  await site.page.clock.install();
  await site.open('');
  await shows(site.page, '#session', 'authenticated one');
  await site.page.evaluate(() => addEventListener('beforeunload', (event) => event.preventDefault()));
  const asked = site.page.waitForEvent('dialog');
  await site.page.getByRole('button', { name: 'Plan', exact: true }).click();
  await (await asked).dismiss();
  await shows(site.page, '#step-up', '403');
  await site.page.clock.runFor(10_000);
  site.page.on('dialog', (dialog) => dialog.accept());
  await site.page.getByRole('button', { name: 'Plan', exact: true }).click();
  await shows(site.page, '#step-up', 'resumed POST /calendar?day=1 201');
  t.equal(site.consents.length, 2);
});

test('another 403 is an answer, and so is one to a call that cannot be kept', { skip: noBrowser }, async (t) => {
  const site = await startAndAsk(t, (site) => {
    site.refusal = 'access_denied';
  });
  await shows(site.page, '#step-up', '403');
  site.refusal = 'insufficient_scope';
  await site.page.getByRole('button', { name: 'Plan a blob' }).click();
  await shows(site.page, '#step-up', '403 403');
  t.same(site.consents, []);
});

test('a site that cannot be reached is said, and the next attempt leads to Google', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  await site.open('');
  await shows(site.page, '#session', 'authenticated one');
  await site.page.route('**/auth/providers', (route) => route.abort());
  await site.page.getByRole('button', { name: 'Plan', exact: true }).click();
  await shows(site.page, '#step-up', 'SessionUnavailableError');
  t.same(site.consents, []);
  await site.page.unroute('**/auth/providers');
  await site.page.getByRole('button', { name: 'Plan', exact: true }).click();
  await shows(site.page, '#step-up', 'resumed POST /calendar?day=1 201');
});

test('several calls that are refused at once lead to Google once', { skip: noBrowser }, async (t) => {
  const site = await startPageSite(t);
  await site.open('');
  await shows(site.page, '#session', 'authenticated one');
  await site.page.evaluate(() => {
    for (const button of document.querySelectorAll('button'))
      if (button.textContent === 'Plan') for (let count = 0; count < 5; count++) button.click();
  });
  await shows(site.page, '#step-up', 'resumed');
  t.equal(site.consents.length, 1);
});

function NeedsMore({ scopes }: { readonly scopes: string[] }): string {
  useStepUp(scopes);
  return 'ok';
}

test('with NextAuth and Google themselves', { skip: noBrowser }, async (t) => {
  const calls: string[] = [];
  const script = await pageScript();
  const app = await startApp(t, {
    page: async (request, response) => {
      if (request.url === '/page.js') return void response.setHeader('content-type', 'text/javascript').end(script);
      if (!request.url?.startsWith('/api/calendar')) {
        const html =
          '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/page.js"></script>';
        return void response.setHeader('content-type', 'text/html').end(html);
      }
      const access_token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      const body = new URLSearchParams({ access_token });
      const { scope } = JSON.parse(await (await fetch(`${app.google.url}/tokeninfo`, { method: 'POST', body })).text());
      calls.push(`${request.method} ${await text(request)} ${scope.split(' ').includes(CALENDAR)}`);
      const challenge = `Bearer error="insufficient_scope", scope="${CALENDAR}"`;
      if (calls.at(-1)?.endsWith('true')) response.writeHead(201).end();
      else response.writeHead(403, { 'www-authenticate': challenge }).end();
    },
  });
  const page = await openPage(t);
  const cookies = (await signedIn(app)).cookies(app.url);
  await page.context().addCookies([...cookies].map(([name, value]) => ({ name, value, url: app.url })));
  await page.goto(`${app.url}/planner?tab=2`);
  await shows(page, '#session', 'authenticated');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.locator(`button[name="user"][value="${app.google.users[0]?.sub}"]`).click();
  await page.locator('button[name="decision"][value="allow"]').click();
  await shows(page, '#step-up', 'resumed POST /calendar?day=1 201');
  await page.waitForURL(`${app.url}/planner?tab=2`);
  t.same(calls, ['POST a day false', 'POST a day true']);
});

test('what are no scopes is refused', (t) => {
  const render = (scopes: string[]): string =>
    renderToStaticMarkup(
      createElement(
        GoogleSessionProvider,
        { apiUrl: 'https://x.example', session: null },
        createElement(NeedsMore, { scopes }),
      ),
    );
  t.equal(render(['a', 'b']), 'ok');
  t.throws(() => render(['a b']), { name: 'TypeError', message: /^next-auth-google-bearer: scopes: / });
  t.throws(
    () => renderToStaticMarkup(createElement(NeedsMore, { scopes: ['a'] })),
    /useStepUp needs a GoogleSessionProvider/,
  );
  t.end();
});
