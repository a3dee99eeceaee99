import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { renderToString } from 'react-dom/server';
import type { Test } from 'tap';
import { CALENDAR, tree } from '../fixtures/tree.ts';
import { openPage } from './page.ts';
import { listen } from './server.ts';
import { expires } from './site.ts';

/** A site whose session is told by the test, and a page of it in a real browser. */
export interface PageSite {
  readonly page: Page;
  open(query: string): Promise<void>;
  /** Requests for NextAuth's routes so far. */
  readonly requests: string[];
  /** Requests for the session so far. */
  sessionReads(): number;
  /** Where NextAuth's routes are; elsewhere there is nothing. */
  basePath: string;
  session: object | 'down';
  readonly good: Set<string>;
  /** What the calendar of the API was sent, and why it refuses. */
  readonly calendarCalls: string[];
  refusal: string;
  /** The streams of events that are open now, by the token that each was opened with. */
  readonly streams: Map<ServerResponse, string>;
  /** What Google was asked for. */
  readonly consents: { scope?: string; include_granted_scopes?: string; prompt?: string; callbackUrl: string }[];
  /** Where the user is led back to. */
  onConsent: (callbackUrl: string) => string;
}

const PROVIDERS = {
  google: { id: 'google', type: 'oauth' },
  credentials: { id: 'credentials', type: 'credentials' },
};

/** A session as the server tells it. */
export function session(accessToken: string, lifeMs = 3_600_000): object {
  const accessTokenExpiresAt = Date.now() + lifeMs;
  return {
    expires,
    subject: '1',
    accessToken,
    accessTokenExpiresAt,
    accessTokenRefreshAt: accessTokenExpiresAt - lifeMs / 4,
  };
}

let bundled: Promise<string> | undefined;

/** The script of the page. */
export function pageScript(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../fixtures/page.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    define: { 'process.env': '{}' },
  });
  return outputFiles[0]?.text ?? '';
}

export async function startPageSite(t: Test): Promise<PageSite> {
  const script = await pageScript();
  const requests: string[] = [];
  const url = await listen(t, async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '', url);
    if (path === '/page.js') return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    const [, basePath, action] = /^(.*\/auth)\/(.*)$/.exec(path) ?? [];
    if (action !== undefined) {
      requests.push(`${request.method} ${basePath}/${action}`);
      if (basePath !== site.basePath) return void response.writeHead(404).end('{}');
      if (action === 'csrf') return void response.end('{"csrfToken":"csrf"}');
      if (action === 'providers') return void response.end(JSON.stringify(PROVIDERS));
      if (action === 'signin/google') {
        const { callbackUrl } = Object.fromEntries(new URLSearchParams(await text(request)));
        site.consents.push({ ...Object.fromEntries(searchParams), callbackUrl: callbackUrl ?? '' });
        return void response.end(JSON.stringify({ url: `${url}/consent` }));
      }
      if (action === 'signout') site.session = {};
      if (action === 'callback/credentials') site.session = session('signed-in');
      if (action !== 'session') return void response.end(JSON.stringify({ url }));
      if (site.session === 'down') return void request.socket.destroy();
      if (request.method === 'POST') site.session = session('renewed');
      return void response.end(JSON.stringify(site.session));
    }
    if (path === '/consent') {
      const location = site.onConsent(site.consents.at(-1)?.callbackUrl ?? '');
      return void response.writeHead(302, { location }).end();
    }
    if (path === '/api/calendar') {
      const { authorization, 'x-day': day } = request.headers;
      site.calendarCalls.push(`${request.method} ${request.url} ${day} ${authorization} ${await text(request)}`);
      if (authorization === 'Bearer scoped') return void response.writeHead(201).end();
      const challenge = `Bearer error="${site.refusal}", scope="${CALENDAR}"`;
      return void response.writeHead(403, { 'www-authenticate': challenge }).end();
    }
    if (path === '/api/events') {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      if (!site.good.has(token)) return void response.writeHead(401).end('{"code":"ERR_TOKEN_REVOKED"}');
      site.streams.set(response, token);
      response.on('close', () => site.streams.delete(response));
      return void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: hello\ndata: {}\n\n');
    }
    if (path === '/api/user') {
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      return void response.writeHead(site.good.has(token) ? 200 : 401).end();
    }
    response.writeHead(200, { 'content-type': 'text/html' });
    const known = searchParams.get('session');
    const rendered = known === null ? '' : renderToString(tree({ apiUrl: `${url}/api`, session: JSON.parse(known) }));
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><div id="root">${rendered}</div><script type="module" src="/page.js"></script>`,
    );
  });
  const page = await openPage(t);
  const site: PageSite = {
    page,
    open: async (query) => void (await page.goto(`${url}/?${query}`)),
    basePath: '/api/auth',
    requests,
    sessionReads: () => requests.filter((request) => request.endsWith('/session')).length,
    session: session('one'),
    good: new Set(['one', 'renewed']),
    calendarCalls: [],
    refusal: 'insufficient_scope',
    streams: new Map(),
    consents: [],
    onConsent(callbackUrl) {
      site.session = session('scoped');
      return callbackUrl;
    },
  };
  return site;
}

/** Resolves once the page shows this. */
export async function shows(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector, { hasText: text }).waitFor();
}
